"""This kind of SR cannot do that

What an SR can do depends on its driver, which lists its features.

Cause: the SR's type lacks the feature: an ISO SR cannot be probed, a raw device has no snapshots.
Tell: `xe sm-list type=TYPE params=features` lacks it.
Fix: `xe sm-list type=TYPE params=features` lists what the driver can do; use another way or another SR.

Example:
    SR_OPERATION_NOT_SUPPORTED(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

CODES = ("SR_OPERATION_NOT_SUPPORTED", "SR_UNKNOWN_DRIVER", "UNIMPLEMENTED_IN_SM_BACKEND")
CAUSES = ("feature",)
SAID = "{sr} cannot do what was asked"
