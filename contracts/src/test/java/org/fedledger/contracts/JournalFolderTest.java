package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.ledger.LedgerUnreachableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;

class JournalFolderTest {

  private static final Credentials ACCOUNT = Credentials.create("7".repeat(64));

  @TempDir Path folder;

  private JournalFolder journal;

  @BeforeEach
  void open() {
    journal = new JournalFolder(folder.resolve("transactions"));
  }

  private static SignedTransaction signed(long nonce, String data) {
    RawTransaction transaction =
        RawTransaction.createTransaction(
            BigInteger.valueOf(nonce),
            BigInteger.ONE,
            BigInteger.TEN,
            "0x" + "12".repeat(20),
            BigInteger.ZERO,
            data);
    return SignedTransaction.sign(1_337, "Admit", transaction, ACCOUNT);
  }

  private List<String> unsettled() {
    return journal.unsettled().stream().map(each -> each.hash().toString()).toList();
  }

  @Test
  void shouldGiveBackWhatWasKeptUntilItIsSettled() {
    SignedTransaction later = signed(8, "0x01");
    SignedTransaction first = signed(7, "0x02");
    assertThat(unsettled()).isEmpty();
    journal.keep(later);
    journal.keep(first);
    assertThat(unsettled()).containsExactly(first.hash().toString(), later.hash().toString());
    new JournalFolder(folder.resolve("transactions")).settle(first);
    assertThat(unsettled()).containsExactly(later.hash().toString());
  }

  @Test
  void shouldPassOverWhatAnotherProcessSettlesWhileItIsListed() throws IOException {
    SignedTransaction kept = signed(7, "0x02");
    journal.keep(kept);
    // Listed, and gone when it is read.
    Files.createSymbolicLink(
        folder.resolve("transactions/gone.json"), folder.resolve("transactions/nowhere"));
    assertThat(unsettled()).containsExactly(kept.hash().toString());
  }

  @Test
  void shouldSendNothingMoreWhereItCannotTellWhatWasSent() throws IOException {
    journal.keep(signed(7, "0x02"));
    Path damaged = folder.resolve("transactions/damaged.json");
    Files.writeString(damaged, "{");
    assertThatThrownBy(journal::unsettled)
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining(damaged.toString());
  }

  @Test
  void shouldTellTheSameCallFromAnotherOfTheSameNonce() {
    assertThat(signed(7, "0x02").isFormOf(signed(7, "0x02"))).isTrue();
    assertThat(signed(7, "0x02").isFormOf(signed(7, "0x01"))).isFalse();
    assertThat(signed(7, "0x02").isFormOf(signed(8, "0x02"))).isFalse();
  }
}
