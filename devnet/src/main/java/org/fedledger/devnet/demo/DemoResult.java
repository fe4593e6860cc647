package org.fedledger.devnet.demo;

import java.util.Optional;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.demo.tamper.Caught;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.verify.AuditReport;

/** How a demo ended. */
record DemoResult(DemoReport report, AuditReport audit) {

  /**
   * With a fraud: whether it came to light as it should, by whatever layer; that it did not is a
   * fault of the program.
   */
  int exitCode() {
    Optional<Story> story = report.tamper();
    if (story.isPresent()) {
      return story.get().caught().map(DemoResult::exitCode).orElse(ExitCode.FAULT);
    }
    if (audit.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return audit.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }

  private static int exitCode(Caught caught) {
    return switch (caught.layer()) {
      case CONTRACT, GATE, DISPUTE, AUDIT -> ExitCode.VERIFICATION_FAILED;
      case STORE -> ExitCode.OUT_OF_REACH;
      case COPY, NOTE -> ExitCode.DONE;
    };
  }
}
