// SPDX-License-Identifier: MPL-2.0

// Command schema prints the provider's schema in the format of "terraform providers schema -json".
// It needs no CLI, so the documentation does not depend on the version of Terraform that is installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

// providerName is the name under which tfplugindocs finds the provider.
const providerName = "fireworks"

func main() {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	if err := write(context.Background(), server, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "Error: could not print the schema of the provider: %s\n", err)
		os.Exit(1)
	}
}

// write prints the schemas of the provider, its resources, data sources, list resources and functions as JSON.
func write(ctx context.Context, server tfprotov6.ProviderServer, out io.Writer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}

	if err := firstError(schemas.Diagnostics, identities.Diagnostics); err != nil {
		return err
	}

	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")

	return encoder.Encode(object{
		"format_version": "1.0",
		"provider_schemas": object{
			providerName: object{
				"provider":                  schemaJSON(schemas.Provider),
				"resource_schemas":          convert(schemas.ResourceSchemas, schemaJSON),
				"data_source_schemas":       convert(schemas.DataSourceSchemas, schemaJSON),
				"list_resource_schemas":     convert(schemas.ListResourceSchemas, schemaJSON),
				"functions":                 convert(schemas.Functions, functionJSON),
				"resource_identity_schemas": convert(identities.IdentitySchemas, identityJSON),
			},
		},
	})
}

func firstError(lists ...[]*tfprotov6.Diagnostic) error {
	for _, list := range lists {
		for _, d := range list {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				return fmt.Errorf("%s: %s", d.Summary, d.Detail)
			}
		}
	}

	return nil
}
