"""The one flow: a project in, a result out. The app and the command line both call it."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd

from layers import load, spec
from layers.site import Site
from planner import layer_cache, workspace
from planner.project import Project
from planner.result import Result, SiteResult, stamp_of
from planner.workspace import Loaded
from zoning import (
    checklist,
    conflicts,
    features,
    official_states,
    project_class,
    remedies,
    rulebook,
    size_limits,
)
from zoning.rule import Verdict


def check(
    project: Project, tell: Callable[[str], None] = lambda _: None, *, loaded: Loaded | None = None
) -> Result:
    """Check the sites of a project against every control layer.

    Parameters
    ----------
    project
        The question.
    tell
        Called with what is being done, for a progress bar: the id of a layer that is loaded or
        asked, the name of a site. What it raises ends the check.
    loaded
        The workspace's layers, where they were loaded for another check before.

    Raises
    ------
    InputError
        When the question can't be asked: an unknown class or flag, no workspace, a site that
        can't be read.
    """
    activity = project_class.find_class(project.activity)
    answers = project_class.read_answers(dict(project.answers), activity)
    book = rulebook.shipped()
    specs = tuple(entry for entry in spec.catalogue().values() if entry.role == "control")
    question = conflicts.Question(activity.id, answers, project.as_of)
    sites = tuple(
        load.site(path, crs=project.crs, layer=project.layer, width_m=project.width_m)
        for path in project.sites
    )
    if loaded is None:
        around = layer_cache.around([site.parcels.geometry for site in sites])
        loaded = workspace.load_layers(workspace.open_folder(project.workspace), tell=tell, near=around)
    results = []
    for site in sites:
        tell(site.name)
        found = conflicts.find(site, specs, loaded.layers, book, question, tell)
        parcels = remedies.per_parcel(site, found)
        met = features.met(site, loaded.layers)
        results.append(
            SiteResult(
                site=site,
                findings=found,
                features=met,
                parcels=parcels,
                totals=remedies.of_site(site, found),
                states=official_states.of_site(found, activity.id, answers, is_certain=site.is_certain),
                limits=size_limits.of_site(site, loaded.layers),
                verdict=_site_verdict(site, parcels),
            )
        )
    return Result(
        project=project,
        sites=tuple(results),
        specs=specs,
        layers=loaded.layers,
        book=book,
        duties=checklist.of_project(activity.id, answers),
        issues=(*(issue for site in sites for issue in site.issues), *loaded.issues),
        stamp=stamp_of(sites, loaded.layers, book),
    )


def _site_verdict(site: Site, parcels: gpd.GeoDataFrame) -> Verdict:
    verdicts = [Verdict.from_code(code) for code in parcels["verdict"]]
    if site.lost_rows:
        verdicts.append(Verdict.UNDECIDABLE)
    return Verdict.worst(verdicts)
