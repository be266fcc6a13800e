"""Mail out: written in the transaction that causes it, delivered after its commit, and never for nothing.

>>> await mail.write(session, user.email, "domains/cars/mails/confirmed.txt", language=user.language, name=...)

A mail is a text template with the blocks `subject_sv`, `subject_en`, `sv` and `en`. Text and HTML come from the same
source: the template is filled in as plain text, and the HTML is made of that text, escaped as a whole, so that nothing
a person typed can become markup.

A mail is *queued* with a job of its own. The job hands it over to the relay (`GUILDHALL_SMTP_URL`) and it is *sent*.
What the relay refuses for now is tried again, ever more seldom; what it refuses for good, or what nobody took within
`GUILDHALL_MAIL_GIVE_UP_HOURS`, is a *dead* letter with the reason, which an administrator can send again. A laptop
without a relay *keeps* its mails in the mailbox. A worker that dies between the relay's yes and our mark sends a mail
again: twice is better than never, and the Message-ID stays the same.
"""
