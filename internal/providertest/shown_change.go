// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// writeRequest is a request that changes something; name is that of an object, or of a collection for a creation.
type writeRequest struct {
	method, name, verb string
	query              url.Values
	body               map[string]any
}

// shownPlan is a plan in the format of terraform show -json.
type shownPlan struct {
	Changes []shownChange `json:"resource_changes"`
}

// shownChange is a change of a resource in the format of terraform show -json.
type shownChange struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	Change  struct {
		Actions      []string       `json:"actions"`
		Before       map[string]any `json:"before"`
		After        map[string]any `json:"after"`
		AfterUnknown any            `json:"after_unknown"`
	} `json:"change"`
}

func newWriteRequest(r *http.Request, body []byte) (write writeRequest, ok bool) {
	name, found := strings.CutPrefix(r.URL.Path, "/v1/")
	write = writeRequest{method: r.Method, name: name, query: r.URL.Query()}

	if i := strings.LastIndexByte(name, ':'); i >= 0 && r.Method == http.MethodPost {
		write.name, write.verb = name[:i], name[i+1:]
	}

	write.body, _ = decodeNumbers[map[string]any](body)

	return write, found && write.verb != "match" && write.query.Get("validateOnly") != "true"
}

// newShownChange is the plan of the emulated core.
func newShownChange(typeName string, current *Instance, result Run) []shownChange {
	var change, deposed shownChange

	change.Type, change.Address = typeName, typeName+".core"
	change.Change.Before, change.Change.After = current.State, result.Plan.State
	change.Change.Actions = map[Action][]string{
		ActionCreate: {"create"}, ActionUpdate: {"update"},
		ActionReplace: {"delete", "create"}, ActionDelete: {"delete"},
	}[result.Action]

	unknowns := map[string]any{}
	for _, name := range UnknownNames(result.Plan.State) {
		unknowns[name] = true
	}

	change.Change.AfterUnknown = unknowns

	if current.Deposed == nil {
		return []shownChange{change}
	}

	deposed.Type, deposed.Address = typeName, typeName+".core (deposed)"
	deposed.Change.Actions, deposed.Change.Before = []string{"delete"}, current.Deposed.State

	return []shownChange{change, deposed}
}

func (c shownChange) does(action string) bool { return slices.Contains(c.Change.Actions, action) }

// is reports whether the planned value is this one, or is not known.
func (c shownChange) is(attribute string, value any) bool {
	return c.unknown(attribute) || fmt.Sprint(withoutNull(c.Change.After[attribute])) == fmt.Sprint(value)
}

// withoutNull returns a list without the elements that are null, which are not sent; other values are unchanged.
func withoutNull(value any) any {
	if list, ok := value.([]any); ok {
		return slices.DeleteFunc(slices.Clone(list), func(element any) bool { return element == nil })
	}

	return value
}

func (c shownChange) unknown(attribute string) bool {
	attributes, _ := c.Change.AfterUnknown.(map[string]any)

	return containsTrue(attributes[attribute])
}

// changedAttributes returns the names of the attributes whose planned value is another one, or is not known.
func (c shownChange) changedAttributes() (names []string) {
	for name, before := range c.Change.Before {
		if after := c.Change.After[name]; c.unknown(name) || !Equal(before, after) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return names
}

func containsTrue(value any) bool {
	switch value := value.(type) {
	case bool:
		return value
	case []any:
		return slices.ContainsFunc(value, containsTrue)
	case map[string]any:
		for _, element := range value {
			if containsTrue(element) {
				return true
			}
		}
	}

	return false
}

// of reports whether a write is to the object of the resource, as it was or as it will be.
func (c shownChange) of(write writeRequest) bool {
	collection := map[string]string{
		providerdata.PromotedModelType: "models", providerdata.DeploymentType: "deployments",
		providerdata.DeployedModelType: "deployedModels",
		providerdata.RouterType:        "routers",
	}[c.Type]

	return c.Change.Before["name"] == write.name ||
		c.does("create") && c.is("name", write.name) && path.Base(path.Dir(write.name)) == collection
}

func (c shownChange) shows(write writeRequest) bool {
	switch {
	case write.method == http.MethodDelete:
		return c.does("delete") && c.Change.Before["name"] == write.name && !c.keeps(write)
	case write.method == http.MethodPatch:
		unshown := func(field string) bool { return !c.showsField(field, write.body) }
		return c.of(write) && !slices.ContainsFunc(strings.Split(write.query.Get("updateMask"), ","), unshown)
	case write.verb == "setTags" || write.verb == "deleteTags":
		return c.of(write) && c.showsTags(write)
	case write.verb == "promote":
		output, _ := write.body["output_model"].(string)

		return c.Type == providerdata.PromotedModelType && c.does("create") &&
			c.is("output_model_id", path.Base(output))
	case strings.HasSuffix(write.name, "/deployments"):
		return c.Type == providerdata.DeploymentType && c.does("create") &&
			c.is("deployment_id", write.query.Get("deploymentId"))
	case strings.HasSuffix(write.name, "/routers"):
		return c.Type == providerdata.RouterType && c.does("create") &&
			c.is("router_id", write.query.Get("routerId")) &&
			c.is("deployments", write.body["deployments"])
	case strings.HasSuffix(write.name, "/deployedModels"):
		return c.Type == providerdata.DeployedModelType && c.does("create") &&
			c.is("model", write.body["model"]) && c.is("deployment", write.body["deployment"])
	}

	return false
}

// keeps reports whether the state says that destroying the resource keeps the object, or keeps it restorable.
func (c shownChange) keeps(write writeRequest) bool {
	o := c.object()

	return o.WasUsable && (o.DeletionPolicy == lifecycle.DeletionPolicyAbandon ||
		o.DeletionPolicy == lifecycle.DeletionPolicyPrevent || o.SoftDelete && write.query.Get("hard") == "true")
}

// ShownObject is what a plan shows about the object of a resource.
type ShownObject struct {
	Address                    string
	Creates, Updates, Destroys bool
	// Name and the others are those of the state, whose deletion policy decides what a destroy does.
	Name, State, DeletionPolicy string
	SoftDelete                  bool
	// WasUsable is set if the state says that the object was usable once. No policy protects any other.
	WasUsable bool
}

// ShownObjects returns what a plan in JSON changes.
func ShownObjects(planJSON []byte) (objects []ShownObject, err error) {
	plan, err := decodeNumbers[shownPlan](planJSON)
	for _, c := range plan.Changes {
		objects = append(objects, c.object())
	}

	return objects, err
}

func (c shownChange) object() ShownObject {
	o := ShownObject{Address: c.Address, Creates: c.does("create"), Updates: c.does("update"), Destroys: c.does("delete")}
	before := c.Change.Before
	o.Name, _ = before["name"].(string)
	o.State, _ = before["state"].(string)
	o.DeletionPolicy, _ = before["deletion_policy"].(string)
	o.SoftDelete, _ = before["soft_delete"].(bool)

	switch o.State {
	case fireworks.DeploymentStateReady, fireworks.DeploymentStateUpdating:
		o.WasUsable = true
	case fireworks.DeploymentStateFailed:
		// The state contains the region of a deployment only once that was ready.
		o.WasUsable = before["region"] != nil
	}

	return o
}

// showsField reports whether the plan changes the field of an update mask, or sets it for a new object, to the value in
// the body.
func (c shownChange) showsField(field string, body map[string]any) bool {
	field, _, _ = strings.Cut(field, ".")
	if field == fireworks.RouterStrategyEvenLoad || field == fireworks.RouterStrategyWeightedRandom {
		return c.unknown("strategy") || c.Change.Before["strategy"] != field && c.Change.After["strategy"] == field
	}

	before, after := c.Change.Before[field], c.Change.After[field]

	if c.unknown(field) {
		return true
	}

	// Metadata that a promotion could not set before it was interrupted is set by the update that resumes it.
	creates := c.does("create") || c.Type == providerdata.PromotedModelType &&
		c.Change.Before["state"] != fireworks.ModelStateReady
	if creates && after == nil || !creates && (!c.does("update") || Equal(before, after)) {
		return false
	}

	sent, isSent := body[camelCase(field)]
	_, isObject := after.(map[string]any)

	return !isSent || isObject || after == nil || fmt.Sprint(sent) == fmt.Sprint(withoutNull(after))
}

// tagPrefix is what the API puts before the name of a tag.
const tagPrefix = "custom/"

func (c shownChange) showsTags(write writeRequest) bool {
	before, _ := c.Change.Before["tags"].(map[string]any)
	after, _ := c.Change.After["tags"].(map[string]any)
	set, _ := write.body["tags"].(map[string]any)
	removed, _ := write.body["keys"].([]any)

	for key, value := range set {
		key = strings.TrimPrefix(key, tagPrefix)
		if !Equal(after[key], value) || Equal(before[key], value) && !c.does("create") {
			return c.unknown("tags")
		}
	}

	// Tags that were not managed are not in the state. The first ones in the plan are the complete set.
	return c.unknown("tags") || !slices.ContainsFunc(removed, func(key any) bool {
		name := strings.TrimPrefix(fmt.Sprint(key), tagPrefix)
		return before[name] == nil && (before != nil || after == nil) || after[name] != nil
	})
}

// camelCase is the spelling of an attribute in a body.
func camelCase(attribute string) string {
	words := strings.Split(attribute, "_")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}

	return strings.Join(words, "")
}
