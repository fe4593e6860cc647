/**
 * JSON that parties sign and commit: RFC 8785, so that a document has exactly one form.
 *
 * <p>Malformed input gives {@link org.fedledger.json.MalformedJsonException} and nothing else.
 */
package org.fedledger.json;
