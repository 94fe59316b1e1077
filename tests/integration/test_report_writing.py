"""Reports in writing: who may, two at a time, what others see of it, questions and answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from tests.integration.report_worlds import NOW, ReportWorld, key
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.report_words import NamesSmallGroup
from tracking.domain.roles import Zone
from tracking.outcomes.reports import report_list, report_work, startable_reports
from tracking.reports.adopted import report_content
from tracking.services.report_words import (
    SomebodyWrote,
    ask_about_section,
    mark_ready,
    settle_note,
    write_section,
)
from tracking.services.reports import arrange_report, start_report
from tracking.store.tables import AccessLogPayload, Section

# --- beginning -------------------------------------------------------------------------------


def test_only_kinds_that_fit_are_offered_of_what_is_ones_own(reports: ReportWorld) -> None:
    of_lead = startable_reports(reports.database, reports.lead)
    assert {one.insats_id for one in of_lead} == {reports.insats}
    offered = {(one.release.period.key, one.kind) for one in of_lead}
    assert offered == {
        ("2017-H1", ReportKind.SIMPLE_HALF_YEAR),
        ("2017-H1", ReportKind.INTERIM),
        ("2017-H2", ReportKind.SIMPLE_HALF_YEAR),
        ("2017-H2", ReportKind.YEAR),
    }
    of_admin = {one.insats_id for one in startable_reports(reports.database, reports.admin)}
    assert of_admin == {None, reports.insats, reports.other}
    assert startable_reports(reports.database, reports.board) == ()
    reports.started()
    assert len(startable_reports(reports.database, reports.lead)) == 3


def test_a_kind_that_does_not_fit_and_a_period_that_is_not_released_are_refused(
    reports: ReportWorld,
) -> None:
    with pytest.raises(RuleBroken, match="görs inte för juli–dec 2017"):
        reports.started(ReportKind.INTERIM)
    with pytest.raises(RuleBroken):
        reports.started(ReportKind.TERTIAL)
    with pytest.raises(NotFound, match="inte släppt"):
        reports.started(release=999)
    with pytest.raises(NotPermitted):
        start_report(
            reports.database,
            reports.other_lead,
            release_id=reports.second,
            insats_id=reports.insats,
            kind=ReportKind.YEAR,
            key=key(),
        )


def test_one_report_of_a_kind_is_begun_once_and_the_same_form_gives_the_same(
    reports_both: ReportWorld,
) -> None:
    both = reports_both
    form = key()
    wanted = {"release_id": both.second, "kind": ReportKind.YEAR}
    begun = start_report(both.database, both.lead, insats_id=both.insats, key=form, **wanted)
    again = start_report(both.database, both.lead, insats_id=both.insats, key=form, **wanted)
    assert again == begun
    with pytest.raises(Conflict, match="redan påbörjad"):
        start_report(
            both.database,
            both.colleague,
            insats_id=both.insats,
            key=key(),
            **wanted,
        )
    whole = start_report(both.database, both.admin, insats_id=None, key=key(), **wanted)
    assert whole.report_id != begun.report_id
    with pytest.raises(Conflict):
        start_report(both.database, both.admin, insats_id=None, key=key(), **wanted)


# --- writing ---------------------------------------------------------------------------------


def test_what_is_written_is_kept_and_the_same_sending_saves_once(reports_both: ReportWorld) -> None:
    both = reports_both
    report = both.started()
    section = both.section(report)
    sent = {"section_id": section.section_id, "version": section.version, "key": key()}
    first = write_section(both.database, both.lead, words="Fler började.", **sent)
    again = write_section(both.database, both.lead, words="Fler började.", **sent)
    assert again == first
    assert first.version == section.version + 1
    assert both.section(report).words == "Fler började."


def test_the_second_of_two_editors_gets_both_texts_and_nothing_is_lost(
    reports_both: ReportWorld,
) -> None:
    both = reports_both
    report = both.started()
    section = both.section(report)
    read = {"section_id": section.section_id, "version": section.version}
    write_section(both.database, both.colleague, words="Kollegans ord.", key=key(), **read)
    with pytest.raises(SomebodyWrote) as clash:
        write_section(both.database, both.lead, words="Mina ord.", key=key(), **read)
    assert clash.value.theirs == "Kollegans ord."
    assert "Inget av det ni har skrivit är borta" in str(clash.value)
    assert both.section(report).words == "Kollegans ord."
    merged = write_section(
        both.database,
        both.lead,
        section_id=section.section_id,
        words=f"{clash.value.theirs}\n\nMina ord.",
        version=clash.value.version,
        key=key(),
    )
    assert both.section(report).words == "Kollegans ord.\n\nMina ord."
    assert merged.version == clash.value.version + 1


def test_a_sending_whose_answer_was_lost_does_not_write_over_who_came_after(
    reports: ReportWorld,
) -> None:
    report = reports.started()
    section = reports.section(report)
    sent = {"section_id": section.section_id, "version": section.version, "key": key()}
    write_section(reports.database, reports.lead, words="Mina ord.", **sent)
    reports.write(report, "Mina ord. Och kollegans.", by=reports.colleague)
    with pytest.raises(SomebodyWrote):
        write_section(reports.database, reports.lead, words="Mina ord.", **sent)
    assert reports.section(report).words == "Mina ord. Och kollegans."


def test_two_write_in_different_sections_without_meeting(reports: ReportWorld) -> None:
    report = reports.started()
    one, two = reports.section(report), reports.section(report, SectionKey.ANALYSIS)
    for actor, section, words in (
        (reports.lead, one, "Ett."),
        (reports.colleague, two, "Två."),
        (reports.lead, one, "Ett och ett."),
    ):
        write_section(
            reports.database,
            actor,
            section_id=section.section_id,
            words=words,
            version=reports.section(report, section.key).version,
            key=key(),
        )
    assert reports.section(report).words == "Ett och ett."
    assert reports.section(report, SectionKey.ANALYSIS).words == "Två."


def test_an_identity_number_is_refused_and_nothing_is_stored(reports: ReportWorld) -> None:
    report = reports.started()
    number = "".join(("19", "811218", "-", "9876"))
    with pytest.raises(InvalidValue) as refused:
        reports.write(report, f"Vi talade om {number}.")
    assert refused.value.field == "words"
    assert reports.section(report).words == ""


def test_a_text_of_20_000_words_with_markup_is_kept_letter_for_letter(
    reports: ReportWorld,
) -> None:
    report = reports.started()
    marks = '=1+1 @sum #let x = <b>fet</b> *stjärna* _under_ $x$ [länk](x) \\ & "citat" {{ }}'
    text = "\n\n".join([marks, " ".join(f"ord{n}" for n in range(20_000)), "Slut."])
    reports.ready(report, text)
    content = report_content(reports.database, reports.admin, report)
    assert content.sections[0].own_text == text
    assert len(text.split()) > 20_000


def test_tabs_and_line_separators_pasted_from_elsewhere_become_spaces_and_lines(
    reports: ReportWorld,
) -> None:
    report = reports.started()
    reports.write(report, "  Ett\ttvå\u2028tre  ")
    assert reports.section(report).words == "Ett två\ntre"


def test_writing_is_logged_when_it_begins_and_again_after_ten_minutes(reports: ReportWorld) -> None:
    report = reports.started()

    def logged() -> int:
        with reports.database.reading() as session:
            rows = session.exec(
                select(AccessLogPayload).where(AccessLogPayload.action == "write_section")
            ).all()
        assert all(row.insats_id == reports.insats for row in rows)
        return len(rows)

    for words in ("Ett.", "Ett två.", "Ett två tre."):
        reports.write(report, words)
    assert logged() == 1
    reports.write(report, "Kollegan.", by=reports.colleague)
    assert logged() == 2
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        reports.write(report, "Kollegan igen.", by=reports.colleague)
    assert logged() == 3


# --- what others see -------------------------------------------------------------------------


def test_the_forbund_sees_no_word_before_it_is_ready_and_then_what_was_ready(
    reports: ReportWorld,
) -> None:
    report = reports.started()
    reports.write(report, "Hemligt utkast.")
    seen = reports.section(report, by=reports.admin)
    assert (seen.words, seen.ready_words, seen.newer_draft) == (None, None, True)
    assert "Hemligt" not in repr(report_work(reports.database, reports.admin, report))
    assert "Hemligt" not in repr(report_content(reports.database, reports.admin, report))
    assert "Hemligt" in repr(report_content(reports.database, reports.lead, report))
    reports.ready(report, "Färdiga ord.")
    reports.write(report, "Färdiga ord, och ett hemligt till.")
    seen = reports.section(report, by=reports.admin)
    assert (seen.words, seen.ready_words) == (None, "Färdiga ord.")
    assert "hemligt" not in repr(report_content(reports.database, reports.admin, report))


def test_a_draft_is_nobodys_but_those_who_write_or_adopt_it(reports: ReportWorld) -> None:
    report = reports.started()
    whole = reports.started(whole=True)
    for actor in (reports.board, reports.group, reports.other_lead, reports.worker):
        assert report_list(reports.database, actor) == ()
        for one in (report, whole):
            with pytest.raises(NotFound):
                report_work(reports.database, actor, one)
            with pytest.raises(NotFound):
                report_content(reports.database, actor, one)
    assert [item.head.report_id for item in report_list(reports.database, reports.lead)] == [report]
    with pytest.raises(NotFound):
        report_work(reports.database, reports.lead, whole)


def test_the_forbund_writes_its_own_report_and_not_the_insatss(reports: ReportWorld) -> None:
    report, whole = reports.started(), reports.started(whole=True)
    reports.ready(whole, "Förbundets ord.", by=reports.admin)
    assert reports.section(whole, by=reports.admin).ready_words == "Förbundets ord."
    section = reports.section(report)
    with pytest.raises(NotPermitted):
        write_section(
            reports.database,
            reports.admin,
            section_id=section.section_id,
            words="Inte mina.",
            version=section.version,
            key=key(),
        )
    with pytest.raises(NotPermitted):
        write_section(
            reports.database,
            reports.lead,
            section_id=reports.section(whole, by=reports.admin).section_id,
            words="Inte heller.",
            version=1,
            key=key(),
        )


def test_words_on_a_small_group_have_to_be_acknowledged_before_they_are_ready(
    reports: ReportWorld,
) -> None:
    report = reports.started()
    with pytest.raises(NamesSmallGroup, match="En av de två kvinnorna"):
        reports.ready(report, "En av de två kvinnorna började studera.")
    assert reports.section(report).ready_words is None
    reports.ready(report, "En av de två kvinnorna började studera.", acknowledged=True)
    with reports.database.reading() as session:
        section = session.exec(select(Section).where(Section.ready_words.is_not(None))).one()  # type: ignore[union-attr]
        assert section.groups_acknowledged
    reports.ready(report, "Båda insatserna växer.")
    with reports.database.reading() as session:
        assert not session.get_one(Section, section.id).groups_acknowledged


def test_what_is_marked_is_what_was_read(reports: ReportWorld) -> None:
    report = reports.started()
    saved = reports.write(report, "Mina ord.")
    reports.write(report, "Kollegans ord.", by=reports.colleague)
    with pytest.raises(SomebodyWrote):
        mark_ready(
            reports.database,
            reports.lead,
            section_id=saved.section_id,
            version=saved.version,
            acknowledged=False,
            key=key(),
        )
    assert reports.section(report).ready_words is None


# --- questions and answers -------------------------------------------------------------------


def test_questions_go_back_and_forth_and_are_settled(reports: ReportWorld) -> None:
    report = reports.started()
    section = reports.section(report).section_id

    def say(actor: object, words: str, *, acknowledged: bool = False) -> int:
        return ask_about_section(
            reports.database,
            actor,  # type: ignore[arg-type]
            section_id=section,
            words=words,
            acknowledged=acknowledged,
            key=key(),
        )

    asked = say(reports.admin, "Vad förklarar minskningen?")
    say(reports.lead, "Sommaren.")
    notes = reports.section(report, by=reports.admin).notes
    assert [(note.zone, note.words) for note in notes] == [
        (Zone.FORBUND, "Vad förklarar minskningen?"),
        (Zone.INSATS, "Sommaren."),
    ]
    assert report_list(reports.database, reports.admin)[0].open_notes == 2
    settle_note(reports.database, reports.lead, note_id=asked, key=key())
    assert reports.section(report).open_notes == 1
    with pytest.raises(NamesSmallGroup):
        say(reports.lead, "Två av deltagarna flyttade.")
    say(reports.lead, "Två av deltagarna flyttade.", acknowledged=True)
    for actor in (reports.board, reports.other_lead):
        with pytest.raises(NotPermitted):
            say(actor, "Får jag fråga?")


# --- order -----------------------------------------------------------------------------------


def test_sections_are_put_in_order_and_left_out_and_keep_their_words(reports: ReportWorld) -> None:
    report = reports.started(ReportKind.YEAR)
    reports.ready(report, "Analysen.", SectionKey.ANALYSIS)
    order = [SectionKey.ANALYSIS, *(one for one in SectionKey if one is not SectionKey.ANALYSIS)]
    view = report_work(reports.database, reports.admin, report)
    done = arrange_report(
        reports.database,
        reports.admin,
        report_id=report,
        order=order,
        left_out={SectionKey.RATINGS, SectionKey.DEVIATIONS},
        version=view.head.version,
        key=key(),
    )
    sections = [
        section.key for section in report_content(reports.database, reports.lead, report).sections
    ]
    assert sections[0] == "analysis"
    assert not {"ratings", "deviations"} & set(sections)
    with pytest.raises(Conflict):
        arrange_report(
            reports.database,
            reports.lead,
            report_id=report,
            order=order,
            left_out=(),
            version=view.head.version,
            key=key(),
        )
    again = {"report_id": report, "version": done.version}
    with pytest.raises(RuleBroken, match="Minst ett avsnitt"):
        arrange_report(
            reports.database,
            reports.lead,
            order=order,
            left_out=set(SectionKey),
            key=key(),
            **again,
        )
    with pytest.raises(RuleBroken):
        arrange_report(
            reports.database, reports.lead, order=order[1:], left_out=(), key=key(), **again
        )
    assert reports.section(report, SectionKey.ANALYSIS).words == "Analysen."
