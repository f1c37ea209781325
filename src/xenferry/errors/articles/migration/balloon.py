"""A guest did not give back memory

Before a guest moves it is asked to shrink to its dynamic minimum, and others on the receiving host may be asked too.

Cause: the guest cannot: its balloon driver is missing or stuck, or it uses more than its dynamic minimum.
Tell: The parameter names the guest; its `memory-actual` does not go down when its dynamic maximum is lowered.
Fix: Set dynamic min and max to the same value (`xe vm-memory-dynamic-range-set`), restart the guest or repair its
    tools, then move it.

Cause: on the receiving host other guests would have to shrink and do not.
Tell: `xe host-param-get uuid=HOST param-name=memory-free-computed` is enough on paper, and other guests there have a
    wide dynamic range.
Fix: Choose a host with free memory.

Example:
    VMS_FAILED_TO_COOPERATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

RULES = ("memory-is-squeezed",)
CODES = ("VMS_FAILED_TO_COOPERATE", "BALLOONING_TIMEOUT_BEFORE_MIGRATION")
CAUSES = ("guest", "others")
SAID = "{vm} did not give back memory"
