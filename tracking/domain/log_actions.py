"""What the access log can say was done: its words on the screen, and what kind of act each is.

The keys are those that `tracking.access.log.Entry` carries. A key that has no words here still
has a kind, by how it begins, so that nothing in the log is left out of a review.
"""

from __future__ import annotations

from enum import StrEnum


class ActKind(StrEnum):
    """What sort of act a row of the log tells of."""

    READ = "read"
    LIST = "list"
    WRITE = "write"
    SEARCH = "search"
    TAKEN_OUT = "taken_out"
    REFUSED = "refused"
    REVIEW = "review"
    ACCOUNT = "account"


FULL_CODE_SEARCH = "find_known_participant"
LIST_SEEN = "see_list"
HIT_SEEN = "see_hit"
PARTICIPANT_SEEN = "see_participant"
TABLES_SEEN = "see_tables"
PRINTED = "print"
FILE_TAKEN = "download_figure"
REFUSED = "refused"
LOG_SEEN = "see_log"
LOG_TAKEN_OUT = "download_log"
REVIEWED = "record_log_review"
RULE_CHANGED = "set_log_review_rule"

ACTION_WORDS: dict[str, str] = {
    "add_code": "lade till ett värde i en lista",
    "add_controller": "lade till en myndighet",
    "add_employer": "lade till en arbetsgivare",
    "add_ladder_version": "gjorde en ny version av en trappa",
    "add_need_group": "lade till en behovsgrupp",
    "add_ratings": "förde in skattningar",
    "adopt_report": "fastställde en rapport",
    "add_to_group_session": "förde in fler på en gruppträff",
    "apply_import": "läste in en fil",
    "arrange_report": "ordnade en rapports avsnitt",
    "ask_about_section": "skrev en fråga i en rapport",
    "ask_to_mend": "bad personalen rätta uppgifter",
    "assess_step": "bedömde steg",
    "change_memory_word": "bytte minnesord",
    "change_own_password": "bytte eget lösenord",
    "change_password_refused": "nekades vid byte av lösenord",
    "change_contact": "ändrade förbundets kontaktväg",
    "choose_calendar": "valde kalender",
    "choose_score_unit": "valde enhet för skattningar",
    "clear_deviation": "lämnade en systemavvikelse till handläggning",
    "close_account": "avslutade ett konto",
    "close_as_misregistered": "stängde som felregistrering",
    "close_follow_ups": "stängde uppföljningar",
    "complete_end": "kompletterade avslutet",
    "complete_start": "kompletterade starten",
    "console_back_up": "gjorde en säkerhetskopia från konsolen",
    "console_restore": "lade tillbaka en säkerhetskopia från konsolen",
    "console_assign": "gav uppdrag från konsolen",
    "console_fit_course": "räknade fram vanligt förlopp från konsolen",
    "console_open_account": "öppnade ett konto från konsolen",
    "console_reset_second_factor": "tog bort tvåfaktor från konsolen",
    "console_erase": "gallrade från konsolen",
    "console_extract": "tog ut ett registerutdrag från konsolen",
    "console_set_password": "gav nytt lösenord från konsolen",
    "correct_answer": "rättade ett svar på en fråga",
    "correct_occasion": "rättade antal vid ett tillfälle",
    "correct_participant": "rättade födelseår eller kön",
    "correct_rating": "rättade en skattning",
    "correct_session_date": "rättade ett datum",
    "correct_slips": "rättade anonyma lappar",
    "correct_start": "rättade starten",
    "create_insats": "lade upp en insats",
    "create_ladder": "lade upp en trappa",
    "define_question": "lade upp en fråga",
    LOG_TAKEN_OUT: "hämtade ur åtkomstloggen",
    "download_adopted_report": "hämtade en fastställd rapport",
    "download_basis": "hämtade underlag till Uppföljning Finsam",
    "download_draft_report": "hämtade ett rapportutkast",
    "download_released_report": "hämtade en rapport ur ett släpp",
    "download_report": "hämtade arbetsrapporten",
    "download_register_extract": "hämtade ett registerutdrag",
    "edit_code": "ändrade ett värde i en lista",
    "edit_deviation": "ändrade en systemavvikelse",
    "edit_need_group": "ändrade en behovsgrupp",
    "edit_question": "ändrade en fråga",
    "edit_insats": "ändrade insatsen",
    "end_assignment": "avslutade ett uppdrag",
    "end_spell": "avslutade deltagandet",
    "enrol_second_factor": "ställde in tvåfaktor",
    "erase": "gallrade",
    "export_insats": "hämtade insatsens uppgifter som filer",
    "fill_demo": "gjorde demon",
    FULL_CODE_SEARCH: "sökte med hel kod och födelseår",
    "give_assignment": "gav ett uppdrag",
    "handle_deviation": "handlade en systemavvikelse",
    "import_refused": "nekades att läsa in en fil",
    "link_identity": "kopplade en inloggning",
    "link_previous": "kopplade ihop deltaganden",
    "lock": "sidan låstes",
    "move_code": "flyttade ett värde i en lista",
    "move_need_group": "flyttade en behovsgrupp i listan",
    "note_deviation": "noterade en systemavvikelse",
    "prepare_release": "förberedde ett släpp",
    "publish_release": "släppte en period",
    "look_ahead_import": "provläste en fil",
    "mark_section_ready": "klarmarkerade ett avsnitt",
    "move_question": "ändrade frågornas ordning",
    "new_recovery_codes": "gjorde nya reservkoder",
    "new_recovery_codes_refused": "nekades nya reservkoder",
    "open_account": "öppnade ett konto",
    "open_follow_ups": "öppnade uppföljningar",
    PRINTED: "skrev ut",
    "record_answers": "förde in svar på frågor",
    "record_attempt": "förde in ett försök att nå",
    "record_consents": "förde in samtycken",
    "record_follow_up": "förde in en uppföljning",
    "record_group_session": "registrerade en gruppträff",
    REVIEWED: "förde in en logggranskning",
    "record_occasion": "lade in antal vid ett tillfälle",
    "record_session": "registrerade ett samtal",
    "record_slips": "lade in anonyma lappar",
    "record_situation": "förde in situationen",
    REFUSED: "nekades",
    "register_and_start": "registrerade en deltagare",
    "register_participant": "registrerade en deltagare",
    "remove_import_mapping": "tog bort en kolumntolkning",
    "remove_target": "tog bort ett mål",
    "reopen_spell": "tog tillbaka avslutet",
    "reset_second_factor": "tog bort en tvåfaktor",
    "retire_code": "tog ett värde ur bruk",
    "retire_need_group": "tog en behovsgrupp ur bruk",
    "retire_question": "lät en fråga upphöra",
    "second_factor": "angav tvåfaktor",
    "second_factor_refused": "nekades vid tvåfaktor",
    HIT_SEEN: "såg en sökträff",
    LIST_SEEN: "såg en lista",
    LOG_SEEN: "läste åtkomstloggen",
    PARTICIPANT_SEEN: "öppnade deltagandet",
    "set_anonymous_counts": "förde in anonyma",
    "set_budget": "förde in budget",
    "set_forbund_budget": "förde in förbundets budget",
    RULE_CHANGED: "ändrade vad som sticker ut",
    "set_identity": "ändrade rapporternas utseende",
    "set_password": "gav ett nytt lösenord",
    "save_payback": "sparade en beräkning av återbetalningstid",
    "download_payback": "hämtade en beräkning av återbetalningstid",
    "set_thresholds": "satte nya gränsvärden",
    "remove_thresholds": "tog bort kommande gränsvärden",
    "set_year_event": "satte en dag i årshjulet",
    "remove_year_event": "tog bort en dag ur årshjulet",
    "take_in_figures": "läste in tal från annat håll",
    "take_back_figures": "tog tillbaka en inläsning av tal",
    "save_import_mapping": "sparade en kolumntolkning",
    "set_retention_rule": "ändrade hur länge uppgifter sparas",
    "set_target": "satte ett mål",
    "set_up": "lade upp förbundet",
    "set_up_refused": "nekades vid första start",
    "settle_note": "avslutade en fråga i en rapport",
    "sign_in": "loggade in",
    "sign_in_refused": "nekades vid inloggning",
    "sign_out": "loggade ut",
    "sign_out_account": "loggade ut ett konto",
    "sign_out_everywhere": "loggade ut överallt",
    "start_report": "påbörjade en rapport",
    "start_spell": "startade deltagandet",
    FILE_TAKEN: "hämtade en figur eller tabell som fil",
    TABLES_SEEN: "såg insatsens exakta tabeller",
    "take_back_draft": "tog tillbaka ett kastat rapportutkast",
    "take_request_back": "tog tillbaka en begäran om rättning",
    "throw_away_draft": "kastade ett rapportutkast",
    "unlock": "låste upp",
    "void_answer": "makulerade ett svar på en fråga",
    "unlock_refused": "nekades vid upplåsning",
    "void_deviation": "makulerade en systemavvikelse",
    "void_import": "ångrade en inläsning",
    "void_occasion": "makulerade ett tillfälle",
    "void_record": "makulerade en uppgift",
    "void_slips": "makulerade anonyma lappar",
    "write_section": "skrev i en rapport",
    "withdraw_consent": "gjorde deltagandet anonymt",
}

_KINDS = {
    FULL_CODE_SEARCH: ActKind.SEARCH,
    LIST_SEEN: ActKind.LIST,
    LOG_SEEN: ActKind.REVIEW,
    LOG_TAKEN_OUT: ActKind.REVIEW,
    REVIEWED: ActKind.REVIEW,
    RULE_CHANGED: ActKind.REVIEW,
    **dict.fromkeys(
        (
            "sign_in",
            "sign_out",
            "sign_out_everywhere",
            "lock",
            "unlock",
            "second_factor",
            "enrol_second_factor",
            "new_recovery_codes",
            "change_own_password",
            "choose_score_unit",
        ),
        ActKind.ACCOUNT,
    ),
}


def kind_of(action: str) -> ActKind:
    """The kind of an action; one that is not known by name or beginning counts as a write."""
    if action in _KINDS:
        return _KINDS[action]
    if action == REFUSED or action.endswith("_refused"):
        return ActKind.REFUSED
    if action.startswith("see_"):
        return ActKind.READ
    if action == PRINTED or action.startswith(("download_", "export_", "print_")):
        return ActKind.TAKEN_OUT
    return ActKind.WRITE


def action_words(action: str) -> str:
    """What was done, in Swedish; the key itself where there are no words for it."""
    return ACTION_WORDS.get(action, action.replace("_", " "))
