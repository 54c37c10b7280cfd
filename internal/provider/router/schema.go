// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/helpers/validatordiag"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

const (
	defaultRouterTimeout = 10 * time.Minute

	replacesRouter = "Changing it replaces the router."
)

func resourceSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A stable name in front of one or more deployments: which of them respond changes " +
			"without the clients.",
		Attributes: map[string]schema.Attribute{
			"router_id": attribute.RequiredString("The ID of the router: 1 to 63 characters of `a-z`, `0-9` and "+
				"`-`, the first and the last a "+
				"letter or a digit. The platform reserves the IDs of deployments. "+replacesRouter,
				attribute.ResourceID(diagnostic.SummaryInvalidRouterID)),
			"deployments": schema.SetAttribute{
				MarkdownDescription: "The full names of all deployments that respond, `" +
					fireworks.DeploymentNameForm +
					"`, at least one, such as the `name` of a `fireworks_deployment`.",
				ElementType: types.StringType,
				Required:    true,
				Validators: []validator.Set{
					atLeastOneMember{},
					setvalidator.ValueStringsAre(attribute.ResourceName(fireworks.ParseDeploymentName)),
				},
			},
			"account_id": attribute.OptionalString("The account of the router. Defaults to the account of the "+
				"provider. "+replacesRouter,
				attribute.AccountIDValidator()),
			"strategy": schema.StringAttribute{
				MarkdownDescription: "How requests are distributed. With `" + fireworks.RouterStrategyWeightedRandom +
					"`, the default, the " +
					"share of a deployment is its share of the replicas. With `" + fireworks.RouterStrategyEvenLoad +
					"`, a request goes to the replica with the least load.",
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(fireworks.RouterStrategyWeightedRandom),
				Validators: []validator.String{stringvalidator.OneOf(fireworks.RouterStrategyWeightedRandom,
					fireworks.RouterStrategyEvenLoad)},
			},
			"model": attribute.OptionalString("The full name of the model, `"+fireworks.ModelNameForm+"`. Set it only for deployments in a "+
				"single region. "+replacesRouter, attribute.ResourceName(fireworks.ParseModelName)),
			"public": attribute.OptionalBool("Whether **any account may send requests, at the cost of the account " +
				"of the router**. " +
				"Removing it keeps the value."),
			"display_name":    attribute.DisplayNameAttribute("router"),
			"deletion_policy": lifecycle.DeletionPolicyAttribute("router"),

			"id":   attribute.ComputedString("The full name of the router, `" + fireworks.RouterNameForm + "`."),
			"name": attribute.ComputedString("The full name of the router, the same as `id`."),
			"inference_model": attribute.ComputedString("What to send as `model` in inference requests: the full " +
				"name of the router. " +
				"It is known at plan time, and does not change with the deployments."),
			"inference_base_url": attribute.ComputedString("The base URL for clients that are compatible with " +
				"OpenAI: the `base_url` of " +
				"the provider followed by `/inference/v1`. It is known at plan time."),
			"state": attribute.ComputedString("The state of the router; `" + fireworks.RouterStateReady +
				"` once it distributes requests to `deployments`."),
			"create_time": attribute.ComputedString("The time of creation in RFC 3339."),
			"created_by":  attribute.ComputedString("The user who created the router."),
		},
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("creation may take until the router is ready, also when an apply resumes waiting",
				defaultRouterTimeout),
			lifecycle.TimeoutText("an update may take until the router is ready again", defaultRouterTimeout),
			lifecycle.TimeoutText("the deletion of the router may take", defaultRouterTimeout)),
	}
}

// atLeastOneMember refuses a set without an element that is not null.
type atLeastOneMember struct{}

func (atLeastOneMember) Description(context.Context) string {
	return "set must contain at least 1 element that is not null"
}

func (v atLeastOneMember) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v atLeastOneMember) ValidateSet(
	ctx context.Context, req validator.SetRequest, resp *validator.SetResponse,
) {
	isMember := func(element attr.Value) bool { return !element.IsNull() }

	if attribute.IsKnown(req.ConfigValue) && !slices.ContainsFunc(req.ConfigValue.Elements(), isMember) {
		resp.Diagnostics.Append(validatordiag.InvalidAttributeValueDiagnostic(req.Path, v.Description(ctx),
			req.ConfigValue.String()))
	}
}
