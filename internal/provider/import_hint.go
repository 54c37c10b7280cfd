package provider

import "fmt"

// resourceAddress stands for the address of the resource, which the provider does not know.
func resourceAddress(resourceType string) string { return resourceType + ".NAME" }

func addressHint(resourceType string) string {
	return "Replace " + resourceAddress(resourceType) + " with the address of this resource."
}

// commandHint is a command to type that ends with the address of the resource.
func commandHint(command, resourceType string) string {
	return "  " + command + resourceAddress(resourceType) + "\n\n" + addressHint(resourceType)
}

// importHint is the block to paste when an object exists that the configuration is about to create;
// idArgument is the argument that chooses another ID.
func importHint(resourceType, idArgument, name string) string {
	return fmt.Sprintf(`To manage the existing object with this resource, import it; importing neither changes nor replaces anything:

import {
  to = %s
  id = %q
}

%s To create a new object instead, choose another %s.`, resourceAddress(resourceType), name, addressHint(resourceType), idArgument)
}
