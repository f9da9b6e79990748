"""What a ticket is and what may happen to it. Knows no Flask, SMTP or Redis."""
