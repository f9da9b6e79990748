"""Sign in to mail servers by access tokens of Google and Microsoft, instead of passwords."""
