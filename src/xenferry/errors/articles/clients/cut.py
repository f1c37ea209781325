"""The connection broke in the middle

The host had answered and then the connection was gone. What had been asked may have been carried out, in part or whole.

Cause: the toolstack was restarted, or stopped because of an update or a crash.
Tell: `xe task-list` is empty right after; dom0: `journalctl -u xapi` shows a start at that time.
Fix: Connect again and look at what is there now (`xenferry check`) before anything is done twice.

Cause: the host itself restarted or went off.
Tell: `uptime` in dom0, or no answer at all since.
Fix: Wait for it; then look where its guests are.

Cause: something between cut a connection that had been quiet for long: a firewall, a reverse proxy, a load balancer, a
    VPN. Exports, imports and long calls suffer first.
Tell: It happens after the same number of minutes each time.
Fix: Raise the idle limit there, or connect the client to the hosts directly.

Cause: the network loses packets, or big packets do not come through (MTU).
Tell: `ping -M do -s 1472 HOST` fails while a plain ping is answered; errors in `ip -s link`.
Fix: Give all interfaces and switches on the way the same MTU; change the cable or port that counts errors.

Cause: the storage that was written to or read from stopped: full, or it no longer answers. Then the end that read it
    closes the connection.
Tell: /var/log/SMlog or /var/log/xensource.log of that second has an error of its own.
Fix: Paste those lines here; they tell more.

Example:
    Error: read ECONNRESET
"""

SAYS = {
    "ECONNRESET": "the host closed the connection without a word",
    "EPIPE": "the host had closed the connection while the client was still writing",
    "ERR_STREAM_PREMATURE_CLOSE": "a transfer ended before all of it was there",
}
CAUSES = ("toolstack", "host", "between", "network", "storage")
