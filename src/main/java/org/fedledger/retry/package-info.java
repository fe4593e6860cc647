/** How long to wait before something is asked again. */
package org.fedledger.retry;
