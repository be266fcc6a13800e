"""Notifications: what the guild tells its members, in the inbox, as a push, by mail, and live.

A *notice* is what is told, once, in both languages; a *notification* is that it was told to one member, who has or has
not *read* it, and has or has not *visited* where it leads. A notice has a *kind*, which a domain declares in its
manifest, and for each kind a member says by which *channels* (inbox, push, mail) to be told. What they do not say is
the kind's default; only what differs is kept.

* What is pushed or mailed is in the inbox too, so that it is found again. So the inbox is off for a kind only when the
  other two are off as well, and then the member is not told at all.
* The master switch (`users.want_notifications`) off: nothing is pushed or mailed; the inbox keeps all that is said.
* Quiet hours are times of the wall clock in Stockholm and may cross midnight. What would be pushed within them is
  pushed at their end, if it is still unread then. Mails do not wait.
* A *device* is where a member's pushes go: an app's token or a browser's endpoint. It belongs to the session that
  registered it and goes with it, so that nobody is told anything on a device that was signed out.

Wire quirks: `/api/push_devices` is how the app once registered itself.
"""
