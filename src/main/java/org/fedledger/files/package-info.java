/** How files are written: whole, or not at all. Rests on nothing. */
package org.fedledger.files;
