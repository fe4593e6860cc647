/**
 * Weights as files: canonical safetensors, their metadata, and streams from and to them.
 *
 * <p>A file is never held in memory. Malformed content gives {@link
 * org.fedledger.tensor.MalformedFileException} and nothing else; what the disk refuses gives {@link
 * java.io.IOException}.
 */
package org.fedledger.tensor;
