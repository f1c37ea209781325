"""XAPI does not know the call in this form

The parameters are the call, how many parameters XAPI expects, and how many it got.

Cause: the client is newer or older than this XAPI, and the call has other parameters there or does not exist.
Tell: `xe host-param-get uuid=HOST param-name=API-version-major` and -minor beside the client's.
Fix: Update the older of the two; `xe host-list params=API-version-major,API-version-minor` tells XAPI's level.

Example:
    MESSAGE_PARAMETER_COUNT_MISMATCH(host.evacuate, 1, 3)
"""

CODES = (
    "MESSAGE_PARAMETER_COUNT_MISMATCH",
    "MESSAGE_METHOD_UNKNOWN",
    "NOT_IMPLEMENTED",
    "EVENT_SUBSCRIPTION_PARSE_FAILURE",
    "EVENT_FROM_TOKEN_PARSE_FAILURE",
)
CAUSES = ("version",)
SAID = "XAPI does not know {p0} in this form"
SAYS = {
    "MESSAGE_PARAMETER_COUNT_MISMATCH": "the call {p0} takes {p1} parameters, and {p2} were given",
    "MESSAGE_METHOD_UNKNOWN": "XAPI has no call {p0}",
    "NOT_IMPLEMENTED": "XAPI does not do {p0}",
    "EVENT_SUBSCRIPTION_PARSE_FAILURE": "the list of events to be told of is not understood ({p0})",
    "EVENT_FROM_TOKEN_PARSE_FAILURE": "the token of the last event is not understood ({p0})",
}
