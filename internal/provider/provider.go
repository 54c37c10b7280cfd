// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider for the Fireworks platform.
package provider

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/checkpoint"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployment"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deploymentshape"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/finetuningjob"
	fwfunction "github.com/fw-ai/terraform-provider-fireworks/internal/provider/function"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/model"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/promotedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/quota"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/router"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/trainingshape"
)

// Address is the address of the provider in a registry.
const Address = "registry.terraform.io/fw-ai/fireworks"

// Settings are what the provider takes from its surroundings. Tests replace them.
type Settings struct {
	// Version is part of the User-Agent header.
	Version      string
	Clock        fireworks.Clock
	PollInterval fireworks.PollInterval
	// PlanCheckTimeout limits the plan-time checks of one resource together.
	PlanCheckTimeout time.Duration
	Environment      Environment
	// DialContext, if set, replaces the dialer of the client.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// DefaultSettings returns the settings of a released provider.
func DefaultSettings(version string) Settings {
	return Settings{
		Version:          version,
		Clock:            fireworks.SystemClock{},
		PollInterval:     fireworks.DefaultPollInterval(),
		PlanCheckTimeout: providerdata.PlanCheckTimeout,
		Environment:      SystemEnvironment(),
	}
}

// Provider is the Terraform provider.
type Provider struct{ settings Settings }

var (
	_ provider.ProviderWithFunctions      = (*Provider)(nil)
	_ provider.ProviderWithListResources  = (*Provider)(nil)
	_ provider.ProviderWithValidateConfig = (*Provider)(nil)
)

// New returns a constructor of the provider with the default settings.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return NewWithSettings(DefaultSettings(version)) }
}

// NewWithSettings returns the provider with the given settings.
func NewWithSettings(settings Settings) *Provider { return &Provider{settings} }

// Metadata sets the type name and the version.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "fireworks"
	resp.Version = p.settings.Version
}

// Schema sets the schema of the provider block.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig reports during terraform validate what Configure would reject.
func (p *Provider) ValidateConfig(
	ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse,
) {
	var config providerConfig
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.validate()...)
	}
}

// Configure makes no request, so that a plan works offline as far as possible, and with an API key that is not known
// yet.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerConfig
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if resp.Diagnostics.HasError() {
		return
	}

	data := providerdata.New(p.settings.Clock, p.settings.PollInterval, p.settings.PlanCheckTimeout)

	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = data, data, data
	if data.UnknownArguments = config.unknownArguments(); len(data.UnknownArguments) > 0 {
		return
	}

	settings, diags := config.clientSettings(p.settings.Environment)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	settings.UserAgent = fmt.Sprintf("terraform-provider-fireworks/%s Terraform/%s", p.settings.Version,
		req.TerraformVersion)
	settings.Log = logRequest
	settings.DialContext = p.settings.DialContext

	data.Client = fireworks.New(settings.Config)
	data.KeySource, data.BaseURL, data.URLSource = settings.keySource, settings.BaseURL, settings.urlSource
}

// Resources returns the constructors of the resources.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{deployedmodel.NewResource, deployment.NewResource, promotedmodel.NewResource,
		router.NewResource}
}

// DataSources returns the constructors of the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		checkpoint.NewDataSource,
		deployedmodel.NewListDataSource,
		deployment.NewDataSource,
		deploymentshape.NewDataSource,
		deployment.NewListDataSource,
		finetuningjob.NewDataSource,
		finetuningjob.NewListDataSource,
		model.NewDataSource,
		model.NewListDataSource,
		quota.NewDataSource,
		router.NewDataSource,
		router.NewListDataSource,
		trainingshape.NewDataSource,
	}
}

// ListResources returns what terraform query lists.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		deployedmodel.NewListResource,
		deployment.NewListResource,
		promotedmodel.NewListResource,
		router.NewListResource,
	}
}

// Functions returns the constructors of the functions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{fwfunction.NewValidateOutputModelID, fwfunction.NewParseCheckpointName,
		fwfunction.NewModelID}
}

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The Fireworks provider turns the checkpoints of training runs on the " +
			"[Fireworks](https://fireworks.ai) platform into models, and serves models on deployments.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The API key, which must be training-scoped. Defaults to that of the argument " +
					"`profile`, then to the environment variable `" + diagnostic.EnvAPIKey + "`, then to the " +
					"credentials file. Create keys at " + diagnostic.APIKeysPage + ".",
				Optional:  true,
				Sensitive: true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "The URL of the control plane, http or https, without `/v1` or `/inference`. " +
					"Defaults to the environment variable `" + diagnostic.EnvBaseURL + "` or `" +
					diagnostic.EnvAPIBase + "`, then to `" + fireworks.DefaultBaseURL + "`.",
				Optional: true,
			},
			"account_id": schema.StringAttribute{
				MarkdownDescription: "The account that bare IDs belong to, as a bare ID. Defaults to the environment " +
					"variable `" + diagnostic.EnvAccountID + "`, then to `account_id` in the credentials file that " +
					"the key comes from, then to the account of the key. With the argument `profile`, its files come " +
					"first, unless `api_key` is set.",
				Optional: true,
			},
			"profile": schema.StringAttribute{
				MarkdownDescription: "The profile whose file `~/.fireworks/profiles/{profile}/auth.ini` contains the " +
					"key. Takes precedence over `" + diagnostic.EnvAPIKey + "`. Defaults to the environment variable " +
					"`" + diagnostic.EnvProfile + "`, which does not take precedence.",
				Optional: true,
			},
			"additional_headers": schema.MapAttribute{
				MarkdownDescription: "Headers to send with every request, for example to a proxy. Headers that " +
					"the provider sets, such as `Content-Type`, cannot be replaced. With `Authorization`, the key " +
					"is sent as `X-Api-Key`.",
				ElementType: types.StringType,
				Optional:    true,
				Sensitive:   true,
			},
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Disables the verification of TLS certificates, and adds a warning to every " +
					"run. Defaults to `false`.",
				Optional: true,
			},
			"max_retries": schema.Int64Attribute{
				CustomType: attribute.WholeNumberType{},
				MarkdownDescription: fmt.Sprintf(
					"The number of retries of one request after 408, 429, 499, 5xx or a failed connection. Defaults "+
						"to `%d`; `0` disables retries.",
					fireworks.DefaultMaxRetries,
				),
				Optional: true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf(
					"The timeout for one attempt of one request, as a Go duration such as `30s`. Defaults to `%s`. "+
						"A request that creates an object may always take `%s`, and that for a promotion `%s`.",
					fireworks.DurationText(fireworks.DefaultRequestTimeout),
					fireworks.DurationText(fireworks.CreateRequestTimeout),
					fireworks.DurationText(fireworks.PromotionRequestTimeout),
				),
				Optional: true,
			},
		},
	}
}
