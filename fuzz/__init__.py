"""What is fuzzed: functions of bytes that raise nothing but the library's own errors, and how they are run for long."""
