"""The manage API v1: one row a call, in the table at the end."""

from collections.abc import Sequence

from starlette.routing import Route

from ircon.practice import (
    component_table,
    incident_reads,
    incident_templates,
    incident_writes,
    postmortems,
)
from ircon.practice.calls import Action, Call, endpoint
from ircon.practice.database import Row
from ircon.practice.page import Page
from ircon.practice.request_fields import Fields
from ircon.practice.statuspage_words import INCIDENT_LISTS


def _subscriber_count(page: Page, _call: Call) -> Row:
    others = ("sms", "webhook", "integration_partner", "slack", "teams")
    return {"email": page.subscriber_count(), **dict.fromkeys(others, 0)}


def _subscribers(page: Page, call: Call) -> list[Row]:
    return page.subscribers(*call.span("limit", first=0))


def _components(page: Page, call: Call) -> list[Row]:
    return component_table.listed(page, *call.span())


def _component(page: Page, call: Call) -> Row:
    return component_table.show(page, component_table.find(page, call.path["component"]))


def _create_component(page: Page, call: Call) -> Row:
    return component_table.show(
        page, component_table.create(page, call.wrapped("component"), call.moment)
    )


def _change_component(page: Page, call: Call) -> Row:
    fields = call.wrapped("component")
    row = component_table.change(page, call.path["component"], fields, call.moment)
    return component_table.show(page, row)


def _remove_component(page: Page, call: Call) -> None:
    component_table.remove(page, call.path["component"], call.moment)


def _create_group(page: Page, call: Call) -> Row:
    # The description stands beside the wrapper, not in it: so says the API's own description.
    description = Fields(call.body).text("description")
    return component_table.create_group(
        page, call.wrapped("component_group"), description, call.moment
    )


def _groups(page: Page, call: Call) -> list[Row]:
    limit, offset = call.span()
    return component_table.groups(page)[offset : offset + limit]


def _group(page: Page, call: Call) -> Row:
    return component_table.find_group(page, call.path["group"])


def _templates(page: Page, call: Call) -> list[Row]:
    return incident_templates.listed(page, *call.span())


def _create_template(page: Page, call: Call) -> Row:
    return incident_templates.create(page, call.wrapped("template"))


def _incidents(page: Page, call: Call) -> list[Row]:
    rows = incident_reads.listed(page, call.query.get("q", ""), *call.span("limit"))
    return [incident_reads.show(page, row) for row in rows]


def _incidents_with(statuses: Sequence[str]) -> Action:
    def action(page: Page, call: Call) -> list[Row]:
        rows = incident_reads.with_status(page, statuses, *call.span())
        return [incident_reads.show(page, row) for row in rows]

    return action


def _create_incident(page: Page, call: Call) -> Row:
    return incident_reads.show(
        page, incident_writes.create(page, call.wrapped("incident"), call.moment)
    )


def _incident(page: Page, call: Call) -> Row:
    return incident_reads.show(page, incident_reads.find(page, call.path["incident"]))


def _change_incident(page: Page, call: Call) -> Row:
    fields = call.wrapped("incident")
    row = incident_writes.change(page, call.path["incident"], fields, call.moment)
    return incident_reads.show(page, row)


def _remove_incident(page: Page, call: Call) -> Row:
    return incident_writes.remove(page, call.path["incident"], call.moment)


def _edit_update(page: Page, call: Call) -> Row:
    fields = call.wrapped("incident_update")
    return incident_writes.edit_update(
        page, call.path["incident"], call.path["update"], fields, call.moment
    )


def _postmortem(page: Page, call: Call) -> Row:
    return postmortems.find(page, call.path["incident"])


def _save_postmortem(page: Page, call: Call) -> Row:
    return postmortems.save(page, call.path["incident"], call.wrapped("postmortem"), call.moment)


def _publish_postmortem(page: Page, call: Call) -> Row:
    fields = call.wrapped("postmortem", required=False)
    return postmortems.publish(page, call.path["incident"], fields, call.moment)


def _revert_postmortem(page: Page, call: Call) -> Row:
    return postmortems.revert(page, call.path["incident"], call.moment)


def _remove_postmortem(page: Page, call: Call) -> None:
    postmortems.remove(page, call.path["incident"], call.moment)


_PAGE = "/pages/{page}"
_COMPONENT = f"{_PAGE}/components/{{component}}"
_INCIDENT = f"{_PAGE}/incidents/{{incident}}"
_UPDATE = f"{_INCIDENT}/incident_updates/{{update}}"
_POSTMORTEM = f"{_INCIDENT}/postmortem"

_CHANGE = ("PATCH", "PUT")

# Methods, path, what it does, the status of success. A fixed word comes before a {placeholder}.
_TABLE: tuple[tuple[Sequence[str], str, Action, int], ...] = (
    (("GET",), "/pages", lambda page, _: [page.show()], 200),
    (("GET",), _PAGE, lambda page, _: page.show(), 200),
    (("GET",), f"{_PAGE}/subscribers/count", _subscriber_count, 200),
    (("GET",), f"{_PAGE}/subscribers", _subscribers, 200),
    (("GET",), f"{_PAGE}/components", _components, 200),
    (("POST",), f"{_PAGE}/components", _create_component, 201),
    (("GET",), _COMPONENT, _component, 200),
    (_CHANGE, _COMPONENT, _change_component, 200),
    (("DELETE",), _COMPONENT, _remove_component, 204),
    (("GET",), f"{_PAGE}/component-groups", _groups, 200),
    (("POST",), f"{_PAGE}/component-groups", _create_group, 201),
    (("GET",), f"{_PAGE}/component-groups/{{group}}", _group, 200),
    (("GET",), f"{_PAGE}/incident_templates", _templates, 200),
    (("POST",), f"{_PAGE}/incident_templates", _create_template, 201),
    (("GET",), f"{_PAGE}/incidents", _incidents, 200),
    (("POST",), f"{_PAGE}/incidents", _create_incident, 201),
    *(
        (("GET",), f"{_PAGE}/incidents/{name}", _incidents_with(statuses), 200)
        for name, statuses in INCIDENT_LISTS.items()
    ),
    (("GET",), _INCIDENT, _incident, 200),
    (_CHANGE, _INCIDENT, _change_incident, 200),
    (("DELETE",), _INCIDENT, _remove_incident, 200),
    (_CHANGE, _UPDATE, _edit_update, 200),
    (("GET",), _POSTMORTEM, _postmortem, 200),
    (("PUT",), _POSTMORTEM, _save_postmortem, 200),
    (("DELETE",), _POSTMORTEM, _remove_postmortem, 204),
    (("PUT",), f"{_POSTMORTEM}/publish", _publish_postmortem, 200),
    (("PUT",), f"{_POSTMORTEM}/revert", _revert_postmortem, 200),
)


def routes(page: Page) -> list[Route]:
    """The manage API's routes, to be mounted at ``/v1`` behind token and rate limit."""
    return [
        Route(path, endpoint(page, action, status), methods=list(methods))
        for methods, path, action, status in _TABLE
    ]
