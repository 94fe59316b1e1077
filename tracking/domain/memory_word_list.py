"""The memory words that ship: ordinary, kind Swedish words, in alphabetical order.

Nature, weather, plants, food, things and tools. Nothing about people, bodies, illness, belief
or drink, and no word that is also the name of a person. Written for this product.
"""

from __future__ import annotations

_TEXT = """
adventsljus adventsstake adventsstjärna akleja alkekung allé aloe anemon apelsin apelsinjuice
apelsinklyfta apelsinmarmelad apelsinsaft apelsinskal apelsinträd aprikos arnika aspblad
aspdunge asplöv aspträd avokado backe backsippa backsvala backtimjan badboll badbrygga badhytt
badklippa badring badrock badsjö badstrand bambu banan barr barrskog basilika basker bastmatta
bergbana bergfink bergkristall bergsby bergsbäck bergsklyfta bergssida bergssluttning bergsstig
bergstopp bergstrakt bergvägg betong biblioteksbok bigård bikupa björkallé björkdunge björkkvist
björklöv björknäver björkpark björkris björksaft björkskog björkstam björkved björnbär blad
blombukett blomknopp blomkrans blomkruka blomkål blomlök blomma blomsterhandel blomsterhav
blomsterkrans blomsterkvast blomsterlåda blomsterlök blomsterprakt blomsterrabatt blomsterranka
blomstervas blomsteräng blomsäng blomäng blåbär blåbärsmuffin blåbärspaj blåbärspannkaka
blåbärsris blåbärssaft blåbärsskog blåbärssoppa blåbärssylt blåeld blåhake blåklint blåklocka
blålera blåmes blåmussla blåsippa blåval blåvinge bläck bod bofink bokband bokhandel bokhylla
bokkafé boklåda bokmärke bokmässa bokomslag boksida bokskog bokstöd bolster bomull bonad bord
bordsduk borste brevduva brevkort brevlåda brevpapper brevpress bricka bris bro brofäste broms
broräcke brosch brovalv brunn brunnslock brunnspark brunnsvatten brödbit brödkavel brödkorg
brödlåda brödrost brödskiva brödsmula brödugn bulle bunke buske busshållplats bybod bygata byrå
bystuga byväg byxficka båt båtbrygga båthus båtkapell båtlänga båtmössa båtresa båtsegel
båtskrov båttur båtvarv bäck bäckfåra bäckravin bäckröding bäcksorl bäcköring bänk bär bärbuske
bärhink bärkorg bärkrans bärpaj bärplockning bärris bärsaft ceder cembalo champinjon choklad
chokladbit chokladkaka chokladmousse chokladtårta cikoria cirkel citron citronfjäril citrongräs
citronmeliss citronsaft citronskal citronträd cittra cykel cykelbana cykeldäck cykelhjul
cykelklocka cykelkorg cykellykta cykelpump cykelsadel cykelslang cykelställ cykeltur
cykelverkstad cykelväg cypress dadel dagbok dagg daglilja dagranunkel dalbro dalgång dalripa
dalsida dalsänka dammbro dammlucka dans dansbana danslek danssteg diamant dill dimma diskbänk
docka domherre domino dragspel drivved droppe druva duk dunjacka dyning däck dörr dörrkarm
dörrklapp dörrklocka dörrmatta dörrnyckel ekdunge ekorrbo ekorre ekorrhjul ekpark ekplanka
ekskog ekstock eldstad elgitarr enbuske eneträd entita espresso eternell fackla fagott fasad
fikon filt fiol fisk fiskdamm fiskebåt fiskmås fisknät fiskspö fiskstim fisktrappa fisktärna
fjord fjäder fjäderboll fjädermoln fjällbjörk fjällbäck fjälled fjällhed fjällripa fjällsippa
fjällsjö fjällstuga fjälltopp fjälluft fjällvandring fjällvidd fjällvind fjärd fjäril fjärilshus
fjärilsträdgård fjärilsvinge fjärilsäng flinga flotte flygblad flygdrake flygekorre flygel
flygplan flygtur fläder fläderblom fläderbuske fläderbär flädersaft fläderte fläta flöjt
forsbrus forsärla fotboll frimärke frost frostblomma frostfjäril frostkristall frostnatt
frostros frukost fröpåse fyrklöver fyrljus fyrskepp fyrtorn fågel fågelbad fågelbo fågelbord
fågeldamm fågelholk fågelkvitter fågelmatning fågelnäbb fågelskådare fågelsträck fågelsång
fågelunge fårull fåtölj fält färg färja fönster fönsterbräda fönsterbåge fönsterbänk fönsterhasp
fönsterkarm fönsterlampa fönsterlucka fönsterruta fönstersmyg förgätmigej förkläde förråd gaffel
galosch garn garnboll garnhärva garnkorg garnnystan garnända gavel getrams gitarr glas glasbruk
glasburk glasfiber glaskonst glaskula glasmosaik glaspärla glasruta glass glasskål glastak
glasveranda glänta gnista golv grammofon granbarr grandunge grankotte grankvist granris granstam
gransångare granved grapefrukt grind groddamm grotta grusväg gryta grågås gråhäger gråsparv
gråsten gräddbulle gräs gräsfrö gräskant gräsklippare gräslök gräsmatta gräsplan grässlätt
grässtig grässtrå grästuva gräsäng grönfink grönkål grönsiska guldfisk guldglans guldkant
guldkorn guldregn guldring guldskimmer guldstjärna guldvinge gullviva gulsparv gummiboll gunga
gungbräda gunghäst gungstol gungställning gurka gård gåspenna göl hage hagel hallon
hallonbakelse hallonblad hallonbuske hallonglass hallongrotta hallonkräm hallonpaj hallonsaft
hallonsnår hallonsylt hallontårta hammare hamn hamnbassäng hamninlopp hamnkafé hamnmagasin
hamnpir hamnstad harv hasselnöt hav havre havreax havreboll havrefält havregryn havregröt
havrekaka havsbad havsbris havskajak havssnäcka havsstrand havstulpan havsutsikt havsvind
havsörn havtorn hedblomster hedlandskap hedljung hink hjortron hjul honung honungsburk
honungsdoft honungskaka honungsmelon honungsros honungsvatten hoppbacke hoppboll hopprep horn
humleranka humlesurr hundkäx husbåt husgavel husknut husnyckel husrad hussvala hustak husvagn
hyacint hylla hytt hyvel hyvelblad hyvelbänk hyvelspån hängbjörk hängmatta hängväxt hästkastanj
hästskjuts hästsko hästtagel hästvagn höbal hödoft höhässja hölada höskrinda höskulle höstack
höstaster höstblad höstbär höstdag höstdimma höstfärg hösthimmel höstkväll höstljus höstlöv
höstmorgon höstmusseron höstregn höstskog höstskörd höstsol höststorm höstsådd höstvind
höstäpple hösäck igelkott igelkottsbo indigo ingefära instrument isbit isbjörn isblomma isflak
isglass iskristall islossning islykta isränna issjö istapp iste jacka jasminris johannesört
jolle jord jordekorre jordgubbe jordgubbsglass jordgubbsland jordgubbsplanta jordgubbssaft
jordgubbssylt jordgubbstårta jordnöt juvel kabbeleka kaffe kaffebryggare kaffedoft kaffekanna
kaffekopp kaffekvarn kaffepanna kafferast kaffestund kaffetermos kafé kajak kaka kaktus kalender
kamera kamin kamomill kamomillte kamomilläng kanel kanelbulle kanelkaka kanellängd kanelsnäcka
kanelsocker kanelstång kanna kanot kantarell kappa karamell kardemummabulle kardemummafrö
kardemummakaka kardemummakrans kardemummaskorpa karta kartblad kartbok kartnål kartrulle kastanj
kastrull katt kattost kattuggla kavel kavring kikare kil kiosk kittel kiwi kjol klarbär
klarinett klematis klimp klippa klippblock klippbrant klippduva klippstrand klippö klocka
klockradio klockspel klockstapel klocktorn klot klöver klöverblad klöverfält klövervall
klöveräng knapp knapplåda knappnål knapprad knopp kofta kokbok kokosnöt koltrast kompass
kompassnål kompassros koppar koppargryta kopparkittel kopparslant koppartak koppartråd korall
koriander kotte kotthög kran krans krikon krita krokus krokusknopp krokuslök kruka krusbär
kryddburk kryddhylla kryddkruka kryddland kryddnejlika kryddpeppar kryddväxt kubspel kudde
kulbana kulle kullerbytta kulram kummin kungsfiskare kungsljus kupol kustled kustlinje kustremsa
kuststig kustväg kvarn kvarndamm kvarnhjul kvarnsten kvarnvinge kvast kvistbro kvisthög
kvistknippe kvistkorg kvitten kvitter kvällsbris kvällsdopp kvällshimmel kvällsljus
kvällspromenad kvällssol kvällsstund kvällssång kvällste kvällsvila kvällsvind kåda kålblad
kålfjäril kålrabi kålrot kålsoppa käglor källsorl källvatten kärra köksbord köksfönster
kökshylla köksklocka kökslampa kökslucka kökssoffa köksstol köksträdgård körsbär körsbärsblom
körsbärssaft körsbärssylt körsbärsträd labyrint lada ladugård ladusvala lagun lakrits lampa
lampkupa lampolja lampsken lampskärm landgång lanterna lantgård lav lavendel lavendeldoft
lavendelfält lavendelolja lavendelpåse lavskrika leksak leksaksbil leksakslåda leksakståg lerfat
lergök lerkruka lerskärva lerugn lexikon liljekonvalj lin lingon lingondricka lingonkrans
lingonpäron lingonris lingonsylt lingontuva linjal linne linneduk linneskåp linnetyg linneväv
lins ljus ljusfält ljusglimt ljusgård ljusknippa ljuskrona ljuskägla ljuslykta ljuslåga ljusning
ljuspunkt ljussken ljusslinga ljusstake ljusstrimma ljusstråle ljusår loft lokomotiv lucka
luftballong luftbubbla luftfärd luftgitarr luftresa luftslott lupin luta lykta lyktsken
lyktstolpe låda lås läderväska lägereld lärka lärkdrill lärksång lärkträd läsebok lökknopp
lökring löksoppa lönnallé lönnlöv lönnsirap lönnträd löpsedel löv lövgroda lövhög lövjord
lövräfsa lövsal lövskog lövsång lövsångare lövtak lövtrast lövträd lövverk magnet magnolia majs
makrill mandarin mandel mandelblom mandelkaka mandelmassa mandelmussla mandelpotatis mandelspån
mandelträd mandolin mango mantel marmelad marmor maskros maskrosblad maskrosboll maskrosfrö
maskrosfält matbod matkorg matlåda matsäck matta medalj mejram melon metspö midsommarkrans
midsommarnatt midsommarstång midsommaräng mjöl mjölk moln molnbank molnbild molnfält molnkant
molnskugga molnslöja molnstrimma molntapp molntuss molnvägg morgon morgonbris morgondagg
morgondimma morgonfågel morgonhimmel morgonkaffe morgonljus morgonpromenad morgonrock
morgonrodnad morgonsol morgonstjärna morgonstund morot morotsblast morotskaka morotsland
morotssaft morotssoppa mosaik mossa mosstuva muffins mugg mullbär mullvad mur murgröna musikdosa
musikhus musikkapell musiklåda musikpaviljong musikstund muskot mussla mynta myra myrtuva myrull
målarduk måne månljus månnatt månresa månsken månskugga månskära månstrimma månvarv mås
mätsticka mönster mössa namnlapp namnskylt narciss natt nattbuss nattfjäril natthimmel nattlampa
nattljus nattskärra nattsång nattuggla nattvandring nattviol nejlika nektarin norrsken norrvind
notblad notbok nothäfte notställ nyckel nyckelpiga nypon nysnö nystan näckros näckrosblad
näckrosdamm nöt nötkaka nötknäppare nötkråka nötskal nötskrika nötväcka oas oboe ocean oktav
oliv olja omelett oregano orgel origami orkidé ormbunke ost oxel paddel paj paket palett palm
papaya papper pappersark pappersblomma pappersbåt pappersdrake pappersflygplan pappersfågel
papperskasse pappersklämma papperslykta papperspåse pappersrulle papperssvala pappersvikning
paprika paraply park parkbänk pastej pelargon pelargonia penna pennburk pennfodral pennskrin
pennställ pennvässare pensel peppar pepparkaka pepparkaksdeg pepparkaksform pepparkaksgris
pepparkakshus pepparrot pergola persika persilja piano picknickbord picknickfilt picknickkorg
pilgrimsmussla pimpinell pingvin pinje pion platan plog plogfåra plommon plommonblom plommonpaj
plommonsylt plommonträd plånbok plåt polarljus polarräv polarstjärna polka polstjärna pomerans
popcorn porfyr porslin porslinsblomma porslinsfat porslinskopp porslinsskål porslinstallrik
porslinsvas potatis potatisblom potatisbulle potatisgratäng potatisland potatismos potatissallad
potatisskörd potatissoppa present prisma prästkrage prästkragsäng pumpa pussel pusselask
pusselbit pusselbord pyjamas påsklilja påskris pärla pärm päron päronblom päronglass päronpaj
päronsaft päronträd rabarber rabarberblad rabarberkräm rabarberland rabarberpaj rabarbersaft
rabatt radio raket ratt reflex regn regnbåge regnbågsfisk regnbågsfärg regnbågslax
regnbågsskimmer regndis regndroppe regnhatt regnkappa regnmoln regnmätare regnpipare regnrock
regnskog regnskur regnstövel regntunna regnvatten regnväder renlav rimfrost ringduva ris robot
rosbuske rosenbukett rosenbuske rosenbåge rosenfink rosenknopp rosenolja rosenspirea
rosenträdgård rosenvatten rosmarin rotfrukt rotting rova ruccola russin ruta rågax rågbröd
rågfält rädisa räfsa räka rödbeta rödblära rödfärg rödhake rödklöver rödkål rödlök rödvinbär
rönnallé rönnblom rönnbär rönnkvist rönnträd rörsångare saft salt salvia sand sandal sandbank
sandhink sandkorn sandkrabba sandlåda sandpapper sandrev sandslott sandsopp sandstrand satellit
schackbräde schackklocka schackpjäs schackspel segel segelbåt segelduk segelflygplan segeljolle
segelkanot segelränna segelskuta segeltur selleri senap serpentin sidensvans silke silvergran
silverljus silverpoppel silversked silverskimmer silvertråd sirap siska sjöbod sjöbris sjöfågel
sjögräs sjöskum sjöstjärna sjöutsikt sked skedand skedstork skidbacke skidlift skidor skidspår
skidstav skidtur skidåkning skiffer skiss sko skogsbrant skogsbryn skogsbäck skogsdunge
skogsduva skogsglänta skogshallon skogslund skogspromenad skogssjö skogsstig skogsstjärna
skogstjärn skogstjärna skogsviol skogsväg skottkärra skridsko skrivbok skrivbord skrivmaskin
skrivpenna skyffel skymning skåp skärgård slalom slott släde smultron smultronbacke smultronblad
smultronstrå smultronställe smultronsylt smultrontuva smör smörblomma smörbytta smörgås smörkola
snickarbänk snickarlåda snickarpenna snickarverkstad snäcka snö snöboll snöbär snödriva
snödroppe snöfall snöflinga snöfält snögubbe snöhög snöklocka snökristall snökula snölek snöljus
snölykta snöre snöripa snösparv snöstjärna snötak snövidd snöväder snöyta socker sockerärta
soffa soldis solfjäder solglimt solglitter solgång solhatt solkatt solljus solnedgång solros
solrosfrö solrosfält solrosolja solruta solsegel solsida solsken solskydd solspegel solstol
solstrimma solstråle soluppgång solur solvagn solvirvel solvända soläng sommar sommarblomma
sommarbris sommardag sommardröm sommarfest sommargräs sommargyllen sommarhage sommarhatt
sommarhimmel sommarklöver sommarkväll sommarljus sommarlov sommarminne sommarmoln sommarmorgon
sommarnatt sommarregn sommarsjö sommarskugga sommarsol sommarstuga sommarvind sommarvisa
sommarväg sommaräng sommarö soppa spade sparkstötting sparris sparv spegel spelbräde speldosa
spelkort spelkula spelpjäs spelplan spenat spindelnät spis spole stadsbibliotek stadskvarn
stadsmur stadspark stadsträdgård stadsvandring staffli stake stalaktit starholk stege steglits
stenbro stenbrott stengärdsgård stenlejon stenmur stenrös stenskvätta stensopp stensättning
stentrappa stenugn stickning stig stjärnbild stjärnfall stjärnflocka stjärnhimmel stjärnkarta
stjärnkikare stjärnljus stjärnlucka stjärnnatt stjärnskott stjärnstoft stjärntecken stol stork
storspov strandaster strandboll strandlinje strandpromenad strandremsa strandråg strandskata
strandsnäcka strandsten strandstol strumpa strut strutbräken sträng strömming strömstare stubbe
stuga ståltråd städsegrön stövel sugrör surdeg svala svalbo svamp svampbok svampkorg
svampplockning svampskog svampsoppa svanpar svansjö svarthätta svarttrast svartvinbär syask
sydkust sydvind sylt symaskin synål syren syrenberså syrenbuske syrsa syskrin sytråd såg sångbok
sångfågel sångkör sånglärka sångstund sångtrast såpa såpbubbla säckpipa säd sädesärla sötmandel
talgoxe tallbarr tallbit talldunge tallhed tallkotte tallkvist tallrik tallskog tallstam
talltita talltopp tallört tangent tapet tavla teater teblad teburk tebuske tegel tegelmur
tegelpanna tegelsten tegeltak tegelugn tekanna tekopp telefon termometer termos tesil testund
tevagn timjan tistel tjäder tjärblomster tjärn tofsvipa tomat tomatodling tomatplanta
tomatsallad tomatsoppa topas torg torgbrunn torghandel torn tornsvala trampolin tranbär trappa
trast trastsång trattkantarell triangel trombon trumma trumpet trumpetsvamp tråd trä träbro
träbåt träd trädbro träddunge trädgräns trädgård trädgårdsbänk trädgårdsgrind trädgårdsgång
trädgårdsland trädgårdslykta trädgårdsmur trädgårdsslang trädgårdsspade trädgårdsstol trädkoja
trädkrona trädkrypare trädlärka trädocka trädring trädslag trädstam trädtopp trägolv trähäst
träleksak trälåda träsked träskål träslev träsnideri trätupp tröja tröskel tulpan tulpanbukett
tulpanfält tulpanknopp tulpanlök tunnbröd tupp tusensköna tussilago tygbit tyglapp tygpåse
tygrulle tygväska tågbiljett tågbro tågfönster tågkupé tågresa tågstation tågtur tågvagn tält
tältduk tältlykta tältläger tältpinne tälttur tändsticka tärna tärning uggla ugglebo ukulele
ullboll ullfilt ullgarn ullmössa ullsjal ullsocka ullstrumpa ulltott ulltröja ullvante uppfart
urverk utsikt vagn vallmo vallmofrö vallmofält vallmoäng valnöt valthorn vandringskarta
vandringsled vandringssko vandringsstav vandringsstig vandringstur vaniljstång vante vattendrag
vattendroppe vattenfall vattenfärg vattenglas vattenhjul vattenkanna vattenkran vattenkrasse
vattenlek vattenlilja vattenmelon vattenmätare vattenpass vattenpump vattenpöl vattenslang
vattenspegel vattentorn vattentunna vattenväg vattenyta vattenånga vaxljus ved vedbod vedtrave
verkstad verktygsbod verktygsbänk verktygslåda verktygsskåp verktygstavla verktygsväska vete
veteax vetebulle vetefält vetekaka vetekrans vetelängd vetemjöl vildkaprifol vinbär vind vindby
vindflöjel vindfång vindhjul vindjacka vindkraft vindpust vindros vindskydd vindspel vindstrut
vinter vinterdag vinterfågel vinterhimmel vinterjacka vinterkväll vinterkänga vinterljus
vintermorgon vinternatt vinterskog vintersol vinterstjärna vinterträdgård vintervila vintervind
vinterväg vinteräpple violin vipa vippa visp vispgrädde visselpipa vitklöver vitkål vitlök
vitmossa vitsippa våffla vågskål vårblomma vårbruk vårbäck vårdag vårdimma vårflod vårfågel
vårglädje vårhimmel vårkväll vårljus vårluft vårlök vårmorgon vårregn vårsol vårstädning
vårtecken vårvind vårvinter vårvisa våräng väckarklocka väderflöjel väderkarta väderkvarn
väderprognos väderstation väderstreck vägkant vägkorsning vägren vägskylt vägskäl vägsten
vägtunnel vägvisare vänderot väska väst västkust västvind väv vävstol växel växthus xylofon
yllefilt yoghurt zebra zinnia zucchini åkant åker åkerbär åkervädd åmynning ånga ångbåt åra
årsring årstid åskmoln åskväder ädelsten älggräs älvbro älvmynning äng ängsblad ängsblomma
ängsbräsma ängshö ängsklocka ängsruta ängssyra ängsvall ängsvädd äppelblom äppelgård äppelkaka
äppelklyfta äppellund äppelmos äppelmust äppelpaj äppelsaft äppelskörd äppelträd äpple ärla ärta
ärtblom ärtranka ärtskida ärtskott ärtsoppa ögla ögrupp öluft öringsbäck örtagård örtbädd
örtgård örtkruka örtrabatt örtsalt örtte ösregn östanvind
"""

MEMORY_WORDS: tuple[str, ...] = tuple(_TEXT.split())
