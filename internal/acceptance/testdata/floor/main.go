// SPDX-License-Identifier: MPL-2.0

// Command floor is a provider with the schemas of the Fireworks provider that responds from memory: the least that a
// provider on this framework costs.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

func main() {
	newProvider := func() provider.Provider { return floorProvider{fwprovider.New("floor")()} }

	err := providerserver.Serve(context.Background(), newProvider,
		providerserver.ServeOpts{Address: fwprovider.Address, ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}

// floorProvider has only the methods that every provider must have.
type floorProvider struct{ provider.Provider }

func (floorProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p floorProvider) Resources(ctx context.Context) (floors []func() resource.Resource) {
	for _, newResource := range p.Provider.Resources(ctx) {
		floors = append(floors, func() resource.Resource { return floorResource{newResource()} })
	}

	return floors
}

// floorResource has only the methods that every resource must have.
type floorResource struct{ resource.Resource }

// Read keeps the state.
func (floorResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
