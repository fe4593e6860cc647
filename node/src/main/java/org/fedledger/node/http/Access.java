package org.fedledger.node.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One request to the API and what came of it. Holds neither what signs nor where it came from.
 *
 * @param id of the request, which its answer carries
 * @param at when its head had come
 * @param method of the request, or {@code other} for one that no route takes
 * @param route the route's path, or {@code other}
 * @param problem why it was refused: the problem's name, and its words
 * @param about whom and what it was about
 * @param received bytes of its body
 * @param sent bytes of the answer's body
 * @param whole false if the client went away before it had all of the answer
 * @param took until the last byte of the answer was sent
 */
public record Access(
    String id,
    Instant at,
    String method,
    String route,
    int status,
    Optional<Problem.Told> problem,
    AccessSubject about,
    long received,
    long sent,
    boolean whole,
    Duration took) {

  static final String OTHER = "other";
}
