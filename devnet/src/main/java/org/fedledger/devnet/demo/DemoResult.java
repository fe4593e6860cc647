package org.fedledger.devnet.demo;

import java.util.Optional;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.verify.AuditReport;

/** How a demo ended. */
record DemoResult(DemoReport report, AuditReport audit) {

  /**
   * With a fraud: whether its culprit was caught and named, by whatever layer; that it was not is a
   * fault of the program.
   */
  int exitCode() {
    Optional<Story> story = report.tamper();
    if (story.isPresent()) {
      return story.get().caught().isPresent() ? ExitCode.VERIFICATION_FAILED : ExitCode.FAULT;
    }
    if (audit.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return audit.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }
}
