// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

// ProtocolServer is one provider process, called through the plugin protocol without a CLI. Use it to see what a CLI
// hides, such as warnings and private state, and to cancel a call at any point. It is safe for concurrent use.
type ProtocolServer struct {
	T      testing.TB
	Server tfprotov6.ProviderServer
	protocolSchemas
	// ForgetsIdentity simulates Terraform before 1.12, which sends no identities.
	ForgetsIdentity bool
}

// Protocol starts a provider process that is configured for the platform.
func (p *Platform) Protocol(t testing.TB) *ProtocolServer {
	t.Helper()
	return p.ProtocolWith(t, nil)
}

// ProtocolWith is protocol with additional or changed provider arguments.
func (p *Platform) ProtocolWith(t testing.TB, arguments Values) *ProtocolServer {
	t.Helper()

	s := NewProtocolServer(t, p.Provider())
	if diags := s.Configure(t.Context(),
		With(Values{"base_url": p.URL, "api_key": TestAPIKey}, arguments)); len(diags) > 0 {
		t.Fatalf("configuring the provider: %s", diags)
	}

	return s
}

// NewProtocolServer starts a provider process that is not configured yet.
func NewProtocolServer(t testing.TB, p provider.Provider) *ProtocolServer {
	t.Helper()

	schemas, err := readSchemas()
	s := &ProtocolServer{T: t, Server: providerserver.NewProtocol6(p)(), protocolSchemas: schemas}
	s.Must("reading the schemas", err)

	return s
}

// protocolSchemas is what the provider says of its schemas, the same for every server. It must not be changed.
type protocolSchemas struct {
	Schemas *tfprotov6.GetProviderSchemaResponse
	Types   map[string]tftypes.Type
	// identities are the types of the resource identities.
	identities map[string]tftypes.Type
}

// readSchemas reads the schemas once: that takes longer than most tests.
var readSchemas = sync.OnceValues(func() (protocolSchemas, error) {
	ctx := context.Background()
	server := providerserver.NewProtocol6(fwprovider.New("test")())()

	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return protocolSchemas{}, err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return protocolSchemas{}, err
	}

	all := protocolSchemas{schemas, map[string]tftypes.Type{"": schemas.Provider.ValueType()}, map[string]tftypes.Type{}}
	for name, schema := range schemas.ResourceSchemas {
		all.Types[name] = schema.ValueType()
	}

	for name, schema := range identities.IdentitySchemas {
		all.identities[name] = schema.ValueType()
	}

	return all, nil
})

// Must ends the test when a call fails without a diagnostic.
func (s *ProtocolServer) Must(what string, err error) {
	s.T.Helper()

	if err != nil {
		s.T.Fatalf("%s: %v", what, err)
	}
}

func (s *ProtocolServer) Dynamic(typ tftypes.Type, object Values) *tfprotov6.DynamicValue {
	s.T.Helper()

	var given any
	if object != nil {
		given = object
	}

	value, err := encode(typ, given)
	s.Must("encoding", err)
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	s.Must("encoding", err)

	return &encoded
}

func (s *ProtocolServer) Plain(typ tftypes.Type, encoded *tfprotov6.DynamicValue) Values {
	s.T.Helper()

	if encoded == nil {
		return nil
	}

	value, err := encoded.Unmarshal(typ)
	s.Must("decoding", err)
	decoded, err := decode(value)
	s.Must("decoding", err)

	object, _ := decoded.(Values)

	return object
}

func (s *ProtocolServer) identity(typeName string, identity Values) *tfprotov6.ResourceIdentityData {
	s.T.Helper()

	if identity == nil || s.ForgetsIdentity {
		return nil
	}

	return &tfprotov6.ResourceIdentityData{IdentityData: s.Dynamic(s.identities[typeName], identity)}
}

func (s *ProtocolServer) PlainIdentity(typeName string, identity *tfprotov6.ResourceIdentityData) Values {
	s.T.Helper()

	if identity == nil {
		return nil
	}

	return s.Plain(s.identities[typeName], identity.IdentityData)
}

// Configure hands the provider its arguments.
func (s *ProtocolServer) Configure(ctx context.Context, arguments Values) Diagnostics {
	s.T.Helper()
	response, err := s.Server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: s.Dynamic(s.Types[""], arguments),
	})
	s.Must("ConfigureProvider", err)

	return DecodeDiagnostics(response.Diagnostics)
}

// Validate calls ValidateResourceConfig.
func (s *ProtocolServer) Validate(ctx context.Context, typeName string, config Values) Diagnostics {
	s.T.Helper()
	response, err := s.Server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.Dynamic(s.Types[typeName], config),
	})
	s.Must("ValidateResourceConfig", err)

	return DecodeDiagnostics(response.Diagnostics)
}

// Stored is what Terraform keeps of a resource; State is nil if it does not exist.
type Stored struct {
	State    Values
	Private  []byte
	Identity Values
}

func (s *ProtocolServer) stored(
	typeName string, state *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData,
) Stored {
	s.T.Helper()

	return Stored{s.Plain(s.Types[typeName], state), private, s.PlainIdentity(typeName, identity)}
}

// Planned is the result of a plan; State is nil when the resource is to be destroyed.
type Planned struct {
	Stored
	// Replace names the attributes because of which the resource must be replaced.
	Replace     []string
	Diagnostics Diagnostics
}

// Plan calls PlanResourceChange: a nil config destroys, a prior without a state creates.
func (s *ProtocolServer) Plan(ctx context.Context, typeName string, prior Stored, config Values) Planned {
	s.T.Helper()
	typ := s.Types[typeName]

	proposed := config
	if config != nil {
		proposed = s.proposedNewState(typeName, prior.State, config)
	}

	response, err := s.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.Dynamic(typ, prior.State),
		ProposedNewState: s.Dynamic(typ, proposed),
		Config:           s.Dynamic(typ, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    s.identity(typeName, prior.Identity),
	})
	s.Must("PlanResourceChange", err)

	plan := Planned{
		Stored:      s.stored(typeName, response.PlannedState, response.PlannedPrivate, response.PlannedIdentity),
		Diagnostics: DecodeDiagnostics(response.Diagnostics),
	}
	for _, path := range response.RequiresReplace {
		plan.Replace = append(plan.Replace, strings.Trim(attributeName(path), `"`))
	}

	return plan
}

// proposedNewState merges prior state and configuration as Terraform does: a computed attribute that is not configured
// keeps its prior value.
func (s *ProtocolServer) proposedNewState(typeName string, prior, config Values) Values {
	proposed := With(config, nil)
	for _, attribute := range s.Schemas.ResourceSchemas[typeName].Block.Attributes {
		if attribute.Computed && config[attribute.Name] == nil {
			proposed[attribute.Name] = prior[attribute.Name]
		}
	}

	return proposed
}

// applied is the result of an apply; State is nil when the resource no longer exists.
type applied struct {
	Stored
	Diagnostics Diagnostics
}

// Apply calls ApplyResourceChange. It fails the test on a response that Terraform would report as a bug in the
// provider.
func (s *ProtocolServer) Apply(
	ctx context.Context, typeName string, prior Stored, plan Planned, config Values,
) applied {
	s.T.Helper()
	typ := s.Types[typeName]
	response, err := s.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeName,
		PriorState:      s.Dynamic(typ, prior.State),
		PlannedState:    s.Dynamic(typ, plan.State),
		Config:          s.Dynamic(typ, config),
		PlannedPrivate:  plan.Private,
		PlannedIdentity: s.identity(typeName, plan.Identity),
	})
	s.Must("ApplyResourceChange", err)
	result := applied{
		Stored:      s.stored(typeName, response.NewState, response.Private, response.NewIdentity),
		Diagnostics: DecodeDiagnostics(response.Diagnostics),
	}
	s.checkApplied(plan, result)

	return result
}

// checkApplied makes the checks that Terraform makes of the response to an apply.
func (s *ProtocolServer) checkApplied(plan Planned, result applied) {
	s.T.Helper()

	if names := UnknownNames(result.State); len(names) > 0 {
		s.T.Errorf("bug in the provider: after apply these are still unknown: %s", strings.Join(names, ", "))
	}

	if result.State != nil && result.Identity == nil {
		s.T.Errorf("bug in the provider: no identity after apply")
	}

	if len(result.Diagnostics.Errors()) > 0 {
		return
	}

	if (plan.State == nil) != (result.State == nil) {
		s.T.Errorf("bug in the provider: planned %v, got %v without an error", plan.State, result.State)
		return
	}

	for name, want := range plan.State {
		if isFullyKnown(want) && !Equal(want, result.State[name]) {
			s.T.Errorf("bug in the provider: %s was planned as %#v and is %#v after apply", name, want,
				result.State[name])
		}
	}
}

// Read calls ReadResource; State is nil when the resource does not exist.
func (s *ProtocolServer) Read(ctx context.Context, typeName string, current Stored) applied {
	s.T.Helper()
	typ := s.Types[typeName]
	response, err := s.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        typeName,
		CurrentState:    s.Dynamic(typ, current.State),
		Private:         current.Private,
		CurrentIdentity: s.identity(typeName, current.Identity),
	})
	s.Must("ReadResource", err)

	return applied{
		Stored:      s.stored(typeName, response.NewState, response.Private, response.NewIdentity),
		Diagnostics: DecodeDiagnostics(response.Diagnostics),
	}
}

// Import imports a resource by its ID or, with an empty ID, by its identity.
func (s *ProtocolServer) Import(ctx context.Context, typeName, id string, identity Values) applied {
	s.T.Helper()
	response, err := s.Server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, ID: id, Identity: s.identity(typeName, identity),
	})
	s.Must("ImportResourceState", err)

	result := applied{Diagnostics: DecodeDiagnostics(response.Diagnostics)}
	if len(response.ImportedResources) == 1 {
		imported := response.ImportedResources[0]
		result.Stored = s.stored(typeName, imported.State, imported.Private, imported.Identity)
	}

	return result
}

// Upgrade calls UpgradeResourceState with the JSON of a state file.
func (s *ProtocolServer) Upgrade(ctx context.Context, typeName string, version int64, stateJSON string) applied {
	s.T.Helper()
	response, err := s.Server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: []byte(stateJSON)},
	})
	s.Must("UpgradeResourceState", err)

	return applied{
		Stored:      Stored{State: s.Plain(s.Types[typeName], response.UpgradedState)},
		Diagnostics: DecodeDiagnostics(response.Diagnostics),
	}
}

// ReadData reads a data source.
func (s *ProtocolServer) ReadData(ctx context.Context, typeName string, config Values) (Values, Diagnostics) {
	s.T.Helper()

	typ := s.Schemas.DataSourceSchemas[typeName].ValueType()
	response, err := s.Server.ReadDataSource(ctx,
		&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: s.Dynamic(typ, config)})
	s.Must("ReadDataSource", err)

	return s.Plain(typ, response.State), DecodeDiagnostics(response.Diagnostics)
}

// FieldOf returns a field of each row of a list that ReadData returned.
func FieldOf(rows any, name string) (values []any) {
	list, _ := rows.([]any)
	for _, row := range list {
		fields, _ := row.(map[string]any)
		values = append(values, fields[name])
	}

	return values
}
