"""What ``postdesk doctor`` looks at: each check gives findings, and never raises."""
