"""What is said next, where rules and stories alone can't tell."""
