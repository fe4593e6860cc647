/** What a participant owns: tables read by the federation's schema, as numbers to train on. */
package org.fedledger.client.data;
