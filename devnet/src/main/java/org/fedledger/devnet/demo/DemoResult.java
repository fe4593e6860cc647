package org.fedledger.devnet.demo;

import java.util.Optional;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.verify.AuditReport;

/**
 * How a demo ended.
 *
 * @param culprit whom the audit had to name, where there was a fraud
 */
record DemoResult(DemoReport report, AuditReport audit, Optional<Culprit> culprit) {

  /** A fraud that the audit does not name is a fault of the program. */
  int exitCode() {
    if (culprit.isPresent()) {
      return culprit.get().namedBy(audit) ? ExitCode.VERIFICATION_FAILED : ExitCode.FAULT;
    }
    if (audit.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return audit.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }
}
