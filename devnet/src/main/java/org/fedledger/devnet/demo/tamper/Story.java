package org.fedledger.devnet.demo.tamper;

import java.util.Optional;

/**
 * A fraud that was played to its end.
 *
 * @param deed what the culprit did, as a sentence
 * @param caught empty if nothing in the record names the culprit
 */
public record Story(
    Scheme scheme, long round, Party culprit, String deed, Optional<Caught> caught) {}
