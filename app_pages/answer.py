"""The answer beside the map: verdict, paragraph, each finding, what is not known, what is to be done."""

from __future__ import annotations

import streamlit as st

from app_pages import page_words, palette, question, session, texts
from app_pages.session import plain, say
from planner import app_findings, sentence, tables, wording
from planner import texts as words
from planner.app_findings import Finding, Shown
from planner.result import Result, SiteResult

_TITLES = {field.id: field.title for field in tables.FIELDS}


def show(result: Result, shown: Shown) -> None:
    """Draw what came of a check."""
    several = len(result.sites) > 1
    for number, site in enumerate(result.sites):
        verdict(site.verdict.code, site.site.name if several else "", number)
    if result.is_illustrative:
        st.warning(say(words.ILLUSTRATIVE_WARNING), icon=":material/warning:")
    _issues(result)
    for site in result.sites:
        _paragraph(result, site)
    hits = [finding for finding in shown.findings if app_findings.is_restricting(finding)]
    free = [finding for finding in shown.findings if app_findings.is_unrestricted(finding)]
    silences = [finding for finding in shown.findings if not app_findings.is_hit(finding)]
    st.markdown(f"**{say(texts.HITS)}**")
    if not hits:
        st.caption(say(texts.NO_HITS))
    for finding in hits:
        _finding(finding)
    if shown.unlisted:
        st.caption(f"{say(texts.UNLISTED)} {shown.unlisted}")
    _unrestricted(free)
    if silences:
        st.markdown(f"**{say(texts.NOT_ASSESSED)}**")
        for finding in silences:
            _finding(finding)
    if shown.clear_layers:
        with st.expander(f"{say(texts.CLEAR)} {len(shown.clear_layers)}"):
            st.text(words.listed(shown.clear_layers, session.language()))
    _position(result)
    _duties(result)
    st.caption(say(words.PRELIMINARY))
    st.button(say(texts.NEW_CHECK), key="new_check", on_click=question.clear, icon=":material/restart_alt:")


def _unrestricted(free: list[Finding]) -> None:
    """Draw what no rule restricts, folded away; unfolded when one of it was clicked on the map."""
    if not free:
        return
    chosen = any(finding.id == session.asked().selected for finding in free)
    with st.expander(f"{say(texts.NO_CONTROL)} {len(free)}", expanded=chosen, key=f"unrestricted_{chosen}"):
        for finding in free:
            _finding(finding)


def verdict(code: str, site: str = "", number: int = 0) -> None:
    """Draw a verdict large, with the site's name where there are several."""
    with st.container(key=f"verdict_{palette.css_name(code)}_{number}"):
        title = wording.verdict_title(code, session.language())
        st.markdown(plain(f"{_titled(site)} {title}".strip()))


def _paragraph(result: Result, site: SiteResult) -> None:
    language = session.language()
    st.text(_titled(wording.without_command_line(sentence.of_site(result, site, language))))
    for line in sentence.of_parcels(site, language):
        st.caption(plain(_titled(line)))


def _titled(text: str) -> str:
    return page_words.with_titles(text, session.language())


def _finding(finding: Finding) -> None:
    chosen = session.asked().selected == finding.id
    mark = "_chosen" if chosen else ""
    code = palette.css_name(finding.code)
    with st.container(key=f"finding_{code}_{finding.id}{mark}"):
        st.button(
            plain(finding.place),
            key=f"go_{finding.id}",
            type="tertiary",
            on_click=_choose,
            args=(finding,),
            width="stretch",
        )
        st.caption(plain(_summary(finding)))
        if chosen:
            st.markdown("\n\n".join(_fact(name, text) for name, text in finding.facts))


def _summary(finding: Finding) -> str:
    title = say(palette.title(finding.code)) if finding.code in palette.BY_CODE else finding.verdict_title
    parts = [title, f"{finding.area} {finding.share}"]
    if finding.rule:
        parts.append(f"{say(texts.COLUMN_RULE)} {finding.rule}")
    if finding.parcel:
        parts.append(f"{say(texts.PARCEL)} {finding.parcel}")
    if finding.illustrative:
        parts.append(say(words.ILLUSTRATIVE))
    return " · ".join(parts)


def _fact(name: str, text: str) -> str:
    return f"**{say(_TITLES[name])}** {plain(wording.without_command_line(text))}"


def _choose(finding: Finding) -> None:
    asked = session.asked()
    asked.selected = finding.id
    if finding.extent_deg is not None:
        asked.fly_to(finding.extent_deg)


def _position(result: Result) -> None:
    with st.expander(say(texts.POSITION)):
        for site in result.sites:
            for state in site.states:
                why = f" ({say(state.why)})" if say(state.why) else ""
                st.text(f"{say(state.subject)}: {say(state.state)}{why}")
            st.text(f"{say(site.limits.level)} ({say(site.limits.why)})")


def _duties(result: Result) -> None:
    if not result.duties:
        return
    with st.expander(f"{say(texts.DUTIES)} {len(result.duties)}"):
        for duty in result.duties:
            st.text(wording.duty(duty, result.project, session.language()))


def _issues(result: Result) -> None:
    issues = [issue for site in result.sites for issue in site.site.issues]
    if not issues:
        return
    with st.expander(f"{say(texts.SITE_ISSUES)} {len(issues)}", expanded=True):
        for issue in issues:
            st.text(page_words.in_fields(f"{say(issue.what)} {say(issue.done)}", session.language()))
