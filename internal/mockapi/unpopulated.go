// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"encoding/json"
	"reflect"
	"strings"
)

// unspecified are the values of the enums that are not set, by the name of the field.
var unspecified = map[string]string{
	"state": stateUnspecified, "kind": "KIND_UNSPECIFIED", "acceleratorType": "ACCELERATOR_TYPE_UNSPECIFIED",
	"precision": "PRECISION_UNSPECIFIED", "defaultPrecision": "PRECISION_UNSPECIFIED", "region": "REGION_UNSPECIFIED",
	"multiRegion": "MULTI_REGION_UNSPECIFIED", "checkpointType": "CHECKPOINT_TYPE_UNSPECIFIED",
	"checkpointFormat": "CHECKPOINT_FORMAT_UNSPECIFIED", "trainerMode": "TRAINER_MODE_UNSPECIFIED",
	"presetType": "PRESET_TYPE_UNSPECIFIED", "code": statusOK,
}

// otherDeploymentFields are the fields of the public specification of a deployment that the server does not model.
// Requests may contain them, and they are ignored. The values are those of a deployment that does not use them.
var otherDeploymentFields = map[string]any{
	"activeModelVersion": "", "autoTune": nil, "cluster": "", "deploymentTemplate": "", "directRouteApiKeys": []any{},
	"directRouteHandle": "", "directRouteType": "DIRECT_ROUTE_TYPE_UNSPECIFIED", "enableHotLoad": false,
	"disableDeploymentSizeValidation": false, "enableHotReloadLatestAddon": false, "expireTime": nil,
	"forTraining": false, "hotLoadBucketType": "BUCKET_TYPE_UNSPECIFIED", "hotLoadBucketUrl": "",
	"hotLoadTrainerJob": "", "hotLoadTransitionType": "TRANSITION_TYPE_UNSPECIFIED",
	"maxWithRevocableReplicaCount": 0, "numPeftDeviceCached": 0, "preemptible": false, "pricingPlanId": "",
	"targetModelVersion": "",
}

// otherFields are the fields of the platform's messages that the server does not model.
var otherFields = map[reflect.Type]map[string]any{
	reflect.TypeFor[Deployment](): otherDeploymentFields,
	reflect.TypeFor[Model](): {
		"calibrated": false, "cluster": "", "conversationConfig": nil, "defaultDraftTokenCount": 0,
		"defaultSamplingParams": map[string]any{}, "githubUrl": "",
		"supportedPrecisions": []any{}, "teftDetails": nil, "useHfApplyChatTemplate": false,
	},
	reflect.TypeFor[DeployedModel](): {"serverless": false},
	reflect.TypeFor[ReplicaStats]():  {"partialReplicaCount": 0, "revocableReplicaCount": 0},
	reflect.TypeFor[BaseModelDetails](): {
		"huggingfaceFiles": []any{}, "supportsFireattention": false, "supportsMtp": false, "tunable": false,
	},
}

// alwaysObjects are the messages that the platform returns as objects also when they are not set. Others are null.
var alwaysObjects = map[reflect.Type]bool{reflect.TypeFor[*PeftDetails](): true, reflect.TypeFor[*Status](): true}

// unpopulated returns a value of a field as JSON that also contains the fields that are not set.
func unpopulated(name string, v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}

	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unpopulated(name, v.Elem())
		}

		if alwaysObjects[v.Type()] {
			return unpopulated(name, reflect.Zero(v.Type().Elem()))
		}

		return nil
	case reflect.Struct:
		object := map[string]any{}
		addFields(object, v)

		return object
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = unpopulated("", v.Index(i))
		}

		return list
	case reflect.Map:
		object := map[string]any{}
		for _, key := range v.MapKeys() {
			object[key.String()] = unpopulated("", v.MapIndex(key))
		}

		return object
	case reflect.String:
		if v.Len() == 0 && strings.HasSuffix(name, "Time") {
			return nil
		}

		return cmp.Or(v.String(), unspecified[name])
	default:
		return v.Interface()
	}
}

// addFields adds the fields of a struct to an object.
func addFields(object map[string]any, v reflect.Value) {
	for field, value := range v.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")

		switch {
		case field.Anonymous:
			addFields(object, value)
		case !field.IsExported():
		case strings.Contains(options, "string"):
			text, _ := json.Marshal(value.Interface())
			object[name] = string(text)
		default:
			object[name] = unpopulated(name, value)
		}
	}

	for name, value := range otherFields[v.Type()] {
		object[name] = value
	}
}
