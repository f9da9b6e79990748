"""The admins' pages: people, mailboxes, categories, and the log of what was changed there."""
