package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocolServer is one provider process, called through the plugin protocol without a CLI. Use it to see what a CLI hides,
// such as warnings and private state, and to cancel a call at any point. It is safe for concurrent use.
type protocolServer struct {
	t       testing.TB
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	types   map[string]tftypes.Type
	// identities are the types of the resource identities.
	identities map[string]tftypes.Type
	// ForgetsIdentity simulates Terraform before 1.12, which sends no identities.
	ForgetsIdentity bool
}

// protocol starts a provider process that is configured for the platform.
func (p *platform) protocol(t testing.TB) *protocolServer {
	t.Helper()
	return p.protocolWith(t, nil)
}

// protocolWith is protocol with additional or changed provider arguments.
func (p *platform) protocolWith(t testing.TB, arguments values) *protocolServer {
	t.Helper()

	s := newProtocolServer(t, p.provider())
	if diags := s.Configure(t.Context(), with(values{"base_url": p.URL, "api_key": testAPIKey}, arguments)); len(diags) > 0 {
		t.Fatalf("configuring the provider: %s", diags)
	}

	return s
}

// newProtocolServer starts a provider process that is not configured yet.
func newProtocolServer(t testing.TB, p provider.Provider) *protocolServer {
	t.Helper()
	s := &protocolServer{
		t:          t,
		server:     providerserver.NewProtocol6(p)(),
		types:      map[string]tftypes.Type{},
		identities: map[string]tftypes.Type{},
	}
	schemas, err := s.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.must("GetProviderSchema", err)

	s.schemas = schemas
	s.types[""] = schemas.Provider.ValueType()

	for name, schema := range schemas.ResourceSchemas {
		s.types[name] = schema.ValueType()
	}

	identities, err := s.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.must("GetResourceIdentitySchemas", err)

	for name, schema := range identities.IdentitySchemas {
		s.identities[name] = schema.ValueType()
	}

	return s
}

// must ends the test when a call fails without a diagnostic.
func (s *protocolServer) must(what string, err error) {
	s.t.Helper()

	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
}

func (s *protocolServer) dynamic(typ tftypes.Type, object values) *tfprotov6.DynamicValue {
	s.t.Helper()

	var given any
	if object != nil {
		given = object
	}

	value, err := encode(typ, given)
	s.must("encoding", err)
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	s.must("encoding", err)

	return &encoded
}

func (s *protocolServer) plain(typ tftypes.Type, encoded *tfprotov6.DynamicValue) values {
	s.t.Helper()

	if encoded == nil {
		return nil
	}

	value, err := encoded.Unmarshal(typ)
	s.must("decoding", err)
	decoded, err := decode(value)
	s.must("decoding", err)

	object, _ := decoded.(values)

	return object
}

func (s *protocolServer) identity(typeName string, identity values) *tfprotov6.ResourceIdentityData {
	s.t.Helper()

	if identity == nil || s.ForgetsIdentity {
		return nil
	}

	return &tfprotov6.ResourceIdentityData{IdentityData: s.dynamic(s.identities[typeName], identity)}
}

func (s *protocolServer) plainIdentity(typeName string, identity *tfprotov6.ResourceIdentityData) values {
	s.t.Helper()

	if identity == nil {
		return nil
	}

	return s.plain(s.identities[typeName], identity.IdentityData)
}

// Configure hands the provider its arguments.
func (s *protocolServer) Configure(ctx context.Context, arguments values) diagnostics {
	s.t.Helper()
	response, err := s.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: s.dynamic(s.types[""], arguments),
	})
	s.must("ConfigureProvider", err)

	return decodeDiagnostics(response.Diagnostics)
}

// Validate calls ValidateResourceConfig.
func (s *protocolServer) Validate(ctx context.Context, typeName string, config values) diagnostics {
	s.t.Helper()
	response, err := s.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.dynamic(s.types[typeName], config),
	})
	s.must("ValidateResourceConfig", err)

	return decodeDiagnostics(response.Diagnostics)
}

// stored is what Terraform keeps of a resource; State is nil if it does not exist.
type stored struct {
	State    values
	Private  []byte
	Identity values
}

// planned is the result of a plan; State is nil when the resource is to be destroyed.
type planned struct {
	stored
	// Replace names the attributes because of which the resource must be replaced.
	Replace     []string
	Diagnostics diagnostics
}

// Plan calls PlanResourceChange: a nil config destroys, a prior without a state creates.
func (s *protocolServer) Plan(ctx context.Context, typeName string, prior stored, config values) planned {
	s.t.Helper()
	typ := s.types[typeName]

	proposed := config
	if config != nil {
		proposed = s.proposedNewState(typeName, prior.State, config)
	}

	response, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.dynamic(typ, prior.State),
		ProposedNewState: s.dynamic(typ, proposed),
		Config:           s.dynamic(typ, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    s.identity(typeName, prior.Identity),
	})
	s.must("PlanResourceChange", err)

	plan := planned{
		stored:      stored{s.plain(typ, response.PlannedState), response.PlannedPrivate, s.plainIdentity(typeName, response.PlannedIdentity)},
		Diagnostics: decodeDiagnostics(response.Diagnostics),
	}
	for _, path := range response.RequiresReplace {
		plan.Replace = append(plan.Replace, strings.Trim(attributeName(path), `"`))
	}

	return plan
}

// proposedNewState merges prior state and configuration as Terraform does: a computed attribute that is not configured
// keeps its prior value.
func (s *protocolServer) proposedNewState(typeName string, prior, config values) values {
	proposed := with(config, nil)
	for _, attribute := range s.schemas.ResourceSchemas[typeName].Block.Attributes {
		if attribute.Computed && config[attribute.Name] == nil {
			proposed[attribute.Name] = prior[attribute.Name]
		}
	}

	return proposed
}

// applied is the result of an apply; State is nil when the resource no longer exists.
type applied struct {
	stored
	Diagnostics diagnostics
}

// Apply calls ApplyResourceChange. It fails the test on a response that Terraform would report as a bug in the provider.
func (s *protocolServer) Apply(ctx context.Context, typeName string, prior stored, plan planned, config values) applied {
	s.t.Helper()
	typ := s.types[typeName]
	response, err := s.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeName,
		PriorState:      s.dynamic(typ, prior.State),
		PlannedState:    s.dynamic(typ, plan.State),
		Config:          s.dynamic(typ, config),
		PlannedPrivate:  plan.Private,
		PlannedIdentity: s.identity(typeName, plan.Identity),
	})
	s.must("ApplyResourceChange", err)
	result := applied{
		stored:      stored{s.plain(typ, response.NewState), response.Private, s.plainIdentity(typeName, response.NewIdentity)},
		Diagnostics: decodeDiagnostics(response.Diagnostics),
	}
	s.checkApplied(plan, result)

	return result
}

// checkApplied makes the checks that Terraform makes of the response to an apply.
func (s *protocolServer) checkApplied(plan planned, result applied) {
	s.t.Helper()

	if names := unknownNames(result.State); len(names) > 0 {
		s.t.Errorf("bug in the provider: after apply these are still unknown: %s", strings.Join(names, ", "))
	}

	if result.State != nil && result.Identity == nil {
		s.t.Errorf("bug in the provider: no identity after apply")
	}

	if len(result.Diagnostics.Errors()) > 0 {
		return
	}

	if (plan.State == nil) != (result.State == nil) {
		s.t.Errorf("bug in the provider: planned %v, got %v without an error", plan.State, result.State)
		return
	}

	for name, want := range plan.State {
		if isFullyKnown(want) && !equal(want, result.State[name]) {
			s.t.Errorf("bug in the provider: %s was planned as %#v and is %#v after apply", name, want, result.State[name])
		}
	}
}

// Read calls ReadResource; State is nil when the resource does not exist.
func (s *protocolServer) Read(ctx context.Context, typeName string, current stored) applied {
	s.t.Helper()
	typ := s.types[typeName]
	response, err := s.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        typeName,
		CurrentState:    s.dynamic(typ, current.State),
		Private:         current.Private,
		CurrentIdentity: s.identity(typeName, current.Identity),
	})
	s.must("ReadResource", err)

	return applied{
		stored:      stored{s.plain(typ, response.NewState), response.Private, s.plainIdentity(typeName, response.NewIdentity)},
		Diagnostics: decodeDiagnostics(response.Diagnostics),
	}
}

// Import imports a resource by its ID or, with an empty ID, by its identity.
func (s *protocolServer) Import(ctx context.Context, typeName, id string, identity values) applied {
	s.t.Helper()
	response, err := s.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, ID: id, Identity: s.identity(typeName, identity),
	})
	s.must("ImportResourceState", err)

	result := applied{Diagnostics: decodeDiagnostics(response.Diagnostics)}
	if len(response.ImportedResources) == 1 {
		imported := response.ImportedResources[0]
		result.stored = stored{s.plain(s.types[typeName], imported.State), imported.Private, s.plainIdentity(typeName, imported.Identity)}
	}

	return result
}

// Upgrade calls UpgradeResourceState with the JSON of a state file.
func (s *protocolServer) Upgrade(ctx context.Context, typeName string, version int64, stateJSON string) applied {
	s.t.Helper()
	response, err := s.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: []byte(stateJSON)},
	})
	s.must("UpgradeResourceState", err)

	return applied{
		stored:      stored{State: s.plain(s.types[typeName], response.UpgradedState)},
		Diagnostics: decodeDiagnostics(response.Diagnostics),
	}
}

// ReadData reads a data source.
func (s *protocolServer) ReadData(ctx context.Context, typeName string, config values) (values, diagnostics) {
	s.t.Helper()

	typ := s.schemas.DataSourceSchemas[typeName].ValueType()
	response, err := s.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: s.dynamic(typ, config)})
	s.must("ReadDataSource", err)

	return s.plain(typ, response.State), decodeDiagnostics(response.Diagnostics)
}
