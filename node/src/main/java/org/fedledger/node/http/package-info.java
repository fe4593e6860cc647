/**
 * The node's HTTP API.
 *
 * <p>Every {@link org.fedledger.node.http.Endpoint} is plain blocking code on a virtual thread; the
 * event loop only moves bytes. Refusals are answers (problem+json, RFC 9457), never exceptions.
 */
package org.fedledger.node.http;
