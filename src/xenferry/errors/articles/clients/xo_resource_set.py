"""The resource set has not enough left

A resource set limits how many virtual CPUs, how much memory and disk the guests of a group of users may have together.

Cause: the guests of the set have used it up, and those that are switched off count too.
Tell: Self Service shows the limits and what is used of each.
Fix: Raise the limit or delete what is not needed; moving a guest does not change what it uses.

Cause: what is counted is wrong: a guest was deleted or changed outside of Xen Orchestra.
Tell: The sum of the guests' sizes is less than what is shown as used.
Fix: Self Service, “Recompute all limits”.

Example:
    XoError: not enough resources in resource set
"""

CODES = ("XO_NOT_ENOUGH_RESOURCES",)
CAUSES = ("used-up", "miscounted")
SAID = "the resource set of this user has not enough left"
