// SPDX-License-Identifier: MPL-2.0

package diagnostic

import "fmt"

// ResourceAddress stands for the address of the resource, which the provider does not know.
func ResourceAddress(resourceType string) string { return resourceType + ".NAME" }

func AddressHint(resourceType string) string {
	return "Replace " + ResourceAddress(resourceType) + " with the address of this resource."
}

// CommandHint is a command to type that ends with the address of the resource.
func CommandHint(command, resourceType string) string {
	return "  " + command + ResourceAddress(resourceType) + "\n\n" + AddressHint(resourceType)
}

// ImportHint is the block to paste when an object exists that the configuration is about to create;
// IDArgument is the argument that chooses another ID.
func ImportHint(resourceType, idArgument, name string) string {
	return fmt.Sprintf(`To manage the existing object with this resource, import it; importing neither changes nor replaces anything:

import {
  to = %s
  id = %q
}

%s To create a new object instead, choose another %s.`, ResourceAddress(resourceType), name, AddressHint(resourceType), idArgument)
}
