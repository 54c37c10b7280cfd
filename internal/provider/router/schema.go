// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"
	"maps"
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

	replacesRouter = "Forces replacement."
)

func resourceSchema(ctx context.Context) schema.Schema {
	attributes := resourceAttributes()
	maps.Copy(attributes, reportedAttributes())

	return schema.Schema{
		MarkdownDescription: "A stable name for requests in front of one or more deployments, which can be exchanged.",
		Attributes:          attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("to wait until the router is ready", defaultRouterTimeout),
			lifecycle.TimeoutText("to wait until the router is ready again", defaultRouterTimeout),
			lifecycle.TimeoutText("to wait for the deletion", defaultRouterTimeout)),
	}
}

// reportedAttributes are the computed attributes that only the platform knows. Data sources have them as well.
func reportedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state": attribute.ComputedString("The state; `" + fireworks.RouterStateReady + "` once the " +
			"router distributes requests to `deployments`."),
		"create_time": attribute.ComputedString(attribute.CreateTimeText),
		"created_by":  attribute.ComputedString("The user who created the router."),
	}
}

func resourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"router_id": attribute.RequiredString("The ID of the router: 1 to 63 characters of `a-z`, `0-9` and `-`, "+
			"starting and ending with a letter or digit, and not the ID of a deployment. "+replacesRouter,
			attribute.ResourceID(diagnostic.SummaryInvalidRouterID)),
		"deployments": schema.SetAttribute{
			MarkdownDescription: "The `name` of each deployment, `" + fireworks.DeploymentNameForm +
				"`; at least one.",
			ElementType: types.StringType,
			Required:    true,
			Validators: []validator.Set{
				atLeastOneMember{},
				setvalidator.ValueStringsAre(attribute.ResourceName(fireworks.ParseDeploymentName)),
			},
		},
		"account_id": attribute.OptionalString("The account of the router. Defaults to the provider's "+
			"account. "+replacesRouter,
			attribute.AccountIDValidator()),
		"strategy": schema.StringAttribute{
			MarkdownDescription: "How requests are distributed: `" + fireworks.RouterStrategyWeightedRandom + "` " +
				"by each deployment's share of the replicas, `" + fireworks.RouterStrategyEvenLoad + "` to the " +
				"replica with the least load. Defaults to `" + fireworks.RouterStrategyWeightedRandom + "`.",
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(fireworks.RouterStrategyWeightedRandom),
			Validators: []validator.String{stringvalidator.OneOf(fireworks.RouterStrategyWeightedRandom,
				fireworks.RouterStrategyEvenLoad)},
		},
		"model": attribute.OptionalString("The full name of the model, in any account: `"+
			fireworks.ModelNameForm+"`. Only for deployments in a single region. "+
			replacesRouter, attribute.ResourceName(fireworks.ParseModelName)),
		"public":          attribute.OptionalBool("Whether **any account may send requests, at your cost**."),
		"display_name":    attribute.DisplayNameAttribute("router"),
		"deletion_policy": lifecycle.DeletionPolicyAttribute("router"),

		"id":   attribute.ComputedString("The full name, `" + fireworks.RouterNameForm + "`."),
		"name": attribute.ComputedString("The same as `id`, for references."),
		"inference_model": attribute.ComputedString("The value of `model` in inference requests, which " +
			"stays the same."),
		"inference_base_url": attribute.ComputedString(attribute.InferenceBaseURLText),
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
