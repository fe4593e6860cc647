package org.fedledger.rule;

import org.fedledger.json.MalformedJsonException;

/** A rule, or a version of one, that this build does not have; another build may. */
public final class UnknownRuleException extends MalformedJsonException {

  private static final long serialVersionUID = 1L;

  UnknownRuleException(String message) {
    super(message);
  }
}
