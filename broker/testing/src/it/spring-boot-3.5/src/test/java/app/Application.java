package app;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Connects where {@code nats.spring.server} says. */
@SpringBootApplication
class Application {}
