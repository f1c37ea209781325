"""What several rules need to know about a snapshot, each computed once: memory, storage, CPUs, versions, ...

Sources: xapi 26.17; where an older xapi differs, the function says so.
"""
