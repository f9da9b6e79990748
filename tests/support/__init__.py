"""What the tests stand on: servers they start themselves, a clock they hold, no way out."""
