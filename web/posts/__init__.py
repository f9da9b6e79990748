"""What mail services post, each in its own form: who it is, and the mail with its envelope."""
