/** What goes round and round in a process, whether it still does, and how a process ends. */
package org.fedledger.loop;
