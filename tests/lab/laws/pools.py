"""The small pools that the random administrator is let loose on: each has something that gets in the way."""

from __future__ import annotations

POOLS = (
    # memory is short: two of the bigger guests fit on a host, and starting one more must be refused to the byte
    """
host north memory=24GiB
host south memory=24GiB
host east memory=16GiB
server nas
  export /srv
sr shared nfs server=nas path=/srv default
sr cellar ext on=south
guest mail on=north memory=8GiB
  disk root
  nic eth0
guest wiki on=north memory=1GiB..4GiB
  disk root
  cd guest-tools.iso
guest build on=south memory=12GiB
  disk root
  disk scratch sr=cellar unplugged
guest nightly on=south memory=8GiB halted
  disk root
  cd
guest asleep on=east memory=2GiB suspended
  disk root
  nic eth0
guest blank memory=2GiB template
  disk root
""",
    # guests that cannot do everything: no drivers, pinned, a local disk, PV, paused
    """
host one memory=32GiB
  nic eth0 management
  nic eth1 network=guests
host two memory=32GiB
  nic eth0 management
  nic eth1 network=guests
sr shared nfs default
sr attic ext on=one
guest mute on=one memory=2GiB drivers=no
  disk root
  nic guests
guest pinned on=one memory=2GiB block=pool_migrate:no
  disk root
guest local on=one memory=4GiB
  disk root sr=attic
guest old on=two memory=2GiB pv
  disk root
  nic guests
guest held on=two memory=2GiB paused
  disk root
  snapshot before
guest free on=two memory=4GiB
  disk root
  disk data unplugged
  nic guests unplugged
  cd
""",
    # full to the brim: whatever starts or moves fits by less than a GiB, or does not fit
    """
host left memory=9GiB
host right memory=8GiB
sr shared nfs default
guest a on=left memory=2GiB
  disk root
guest b on=left memory=3GiB
  disk root
guest c on=right memory=3GiB
  disk root
guest d on=right memory=2GiB halted
  disk root
guest e on=left memory=1GiB halted
  disk root
guest f on=left memory=2GiB halted
  disk root
guest g on=right memory=3GiB suspended
  disk root
guest h on=right memory=1536MiB halted
  disk root
""",
)
