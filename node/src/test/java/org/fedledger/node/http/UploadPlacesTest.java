package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

class UploadPlacesTest {

  private static final InetAddress PROXY = InetAddress.ofLiteral("127.0.0.1");

  private final UploadPlaces places = new UploadPlaces(Set.of(PROXY));
  private final List<String> ended = new ArrayList<>();

  @Test
  void hasOnePlaceForEachCommitmentWhichTheNewerUploadTakes() {
    UploadPlaces.Place first = places.of(commitment(0), () -> ended.add("first"));
    places.of(commitment(1), () -> ended.add("another's"));
    UploadPlaces.Place second = places.of(commitment(0), () -> ended.add("second"));
    assertThat(ended).containsExactly("first");
    assertThat(places.count()).isEqualTo(2);
    first.close();
    places.of(commitment(0), () -> {});
    assertThat(ended).as("the place was still the second's").containsExactly("first", "second");
    second.close();
    assertThat(places.count()).isEqualTo(2);
  }

  @Test
  void keepsNoMemberOutHoweverManyDoNotSign() {
    for (int i = 0; i < UploadPlaces.UNSIGNED; i++) {
      assertThat(places.unsigned(PROXY)).isPresent();
    }
    assertThat(places.unsigned(PROXY)).isEmpty();
    places.of(new Address(new byte[20]), Digest.NONE, () -> {});
    places.of(commitment(0), () -> {});
    assertThat(places.count()).isEqualTo(UploadPlaces.UNSIGNED + 2);
  }

  /**
   * A party offers all that a node may lack at once; else one file would end the other for ever.
   */
  @Test
  void letsAMemberBringSeveralFilesAtATime() {
    Address member = new Address(new byte[20]);
    Digest model = Digest.ofContent(new byte[1]);
    places.of(member, model, () -> ended.add("model"));
    places.of(member, Digest.ofContent(new byte[2]), () -> ended.add("state"));
    assertThat(ended).isEmpty();
    places.of(member, model, () -> {});
    assertThat(ended).containsExactly("model");
    assertThat(places.count()).isEqualTo(2);
  }

  @Test
  void leavesPlacesToOtherAddresses() {
    InetAddress attacker = InetAddress.ofLiteral("198.51.100.7");
    List<UploadPlaces.Place> held = new ArrayList<>();
    for (int i = 0; i < UploadPlaces.UNSIGNED_EACH; i++) {
      held.add(places.unsigned(attacker).orElseThrow());
    }
    assertThat(places.unsigned(attacker)).isEmpty();
    assertThat(places.unsigned(InetAddress.ofLiteral("198.51.100.8"))).isPresent();
    held.getFirst().close();
    held.getFirst().close();
    assertThat(places.unsigned(attacker)).isPresent();
    assertThat(places.unsigned(attacker)).as("a place is given back once").isEmpty();
  }

  private static UpdateCommitment commitment(int author) {
    byte[] address = new byte[20];
    address[0] = (byte) author;
    return new UpdateCommitment(
        RoundId.of("0x" + "11".repeat(32)), 0, new Address(address), Digest.NONE, 1, 1, 0);
  }
}
