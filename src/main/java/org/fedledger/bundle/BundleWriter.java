package org.fedledger.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.bundle.BundleManifest.Consensus;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.HeaderSequence;
import org.fedledger.rlp.Rlp;
import org.fedledger.store.BlobInput;
import org.fedledger.types.Digest;

/**
 * Writes a bundle: blobs in order of digest, headers in order of number, the manifest, receipts in
 * order of block, upload receipts in order of their SHA-256. The file appears when it is whole.
 */
public final class BundleWriter implements AutoCloseable {

  private final StoredZipWriter zip;
  private final boolean qbft;
  private final List<Rlp> chunk = new ArrayList<>();
  private HeaderSequence sequence;
  private long chunkFirst;

  /**
   * @param target replaced if it is there
   */
  public BundleWriter(Path target, Consensus consensus) throws IOException {
    this.zip = new StoredZipWriter(target);
    this.qbft = consensus == Consensus.QBFT;
  }

  /** Adds a blob as it is stored; whether it is the one of that digest is the reader's to find. */
  public void blob(Digest digest, BlobInput content) throws IOException {
    zip.add(BundleEntries.blob(digest), content, content.size());
  }

  public void header(BlockHeader header) throws IOException {
    if (chunk.size() == BundleEntries.CHUNK) {
      flush();
    }
    if (chunk.isEmpty()) {
      chunkFirst = header.number();
      sequence = new HeaderSequence(qbft);
    }
    chunk.add(sequence.write(header));
  }

  private void flush() throws IOException {
    if (!chunk.isEmpty()) {
      zip.add(BundleEntries.headers(chunkFirst), Rlp.list(chunk).encode());
      chunk.clear();
    }
  }

  public void manifest(BundleManifest manifest) throws IOException {
    flush();
    zip.add(BundleManifest.ENTRY, manifest.write());
  }

  public void receipts(long block, BundleReceipts receipts) throws IOException {
    zip.add(BundleEntries.receipts(block), receipts.encoded());
  }

  /**
   * @param content of signed upload receipts; one that comes twice is written once
   */
  public void uploads(List<byte[]> content) throws IOException {
    SortedMap<String, byte[]> byName = new TreeMap<>();
    content.forEach(each -> byName.put(BundleEntries.upload(each), each));
    for (Map.Entry<String, byte[]> each : byName.entrySet()) {
      zip.add(each.getKey(), each.getValue());
    }
  }

  /** Gives the file its name. */
  public void finish() throws IOException {
    zip.finish();
    zip.publish();
  }

  /** Leaves nothing behind, unless it was finished. */
  @Override
  public void close() throws IOException {
    zip.close();
  }
}
