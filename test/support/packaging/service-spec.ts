import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** What AWS publishes about the resources of CloudFormation, and about the metrics of its services. */
const spec = loadAwsServiceSpecSync();

type Properties = ReturnType<typeof spec.all<'resource'>>[number]['properties'];
type PropertyType = Properties[string]['type'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isIntrinsic = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));

/** Returns each property of a resource that AWS does not know, or that it requires and that is missing. */
export function mistakesOfResource(type: string, properties: Readonly<Record<string, unknown>>): string[] {
  const [resource] = spec.lookup('resource', 'cloudFormationType', 'equals', type);
  if (!resource) return [`${type} does not exist`];
  return mistakesIn(resource.properties, properties, type);
}

function mistakesIn(known: Properties, given: Readonly<Record<string, unknown>>, place: string): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && !Object.hasOwn(given, name))
    .map(([name]) => name);
  return [
    ...unknown.map((name) => `${place}.${name} is unknown`),
    ...missing.map((name) => `${place}.${name} is missing`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const property = known[name];
      return property ? mistakesInValue(property.type, value, `${place}.${name}`) : [];
    }),
  ];
}

function mistakesInValue(type: PropertyType, value: unknown, place: string): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'ref': {
      const { properties } = spec.get('typeDefinition', type.reference.$ref);
      return isObject(value) ? mistakesIn(properties, value, place) : [`${place} must be an object`];
    }
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((each, index) => mistakesInValue(type.element, each, `${place}[${index}]`))
        : [`${place} must be a list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([name, each]) =>
            mistakesInValue(type.element, each, `${place}.${name}`),
          )
        : [`${place} must be an object`];
    case 'union': {
      const each = type.types.map((option) => mistakesInValue(option, value, place));
      return each.some((mistakes) => mistakes.length === 0) ? [] : (each[0] ?? []);
    }
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return isObject(value) || Array.isArray(value) ? [`${place} must be a ${type.type}`] : [];
    default:
      return [];
  }
}

/** Metrics of AWS's documentation that the published data lack. */
const DOCUMENTED = new Set([
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  'AWS/Lambda AsyncEventsDropped FunctionName',
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
  'AWS/Scheduler InvocationDroppedCount ScheduleGroup',
  'AWS/Scheduler TargetErrorCount ScheduleGroup',
]);

/** Returns whether AWS emits a metric with exactly these dimensions. */
export function isEmittedByAws(namespace: string, metric: string, dimensions: readonly string[]): boolean {
  const wanted = [...dimensions].sort().join(' ');
  if (DOCUMENTED.has(`${namespace} ${metric} ${wanted}`)) return true;
  return spec
    .all('metric')
    .filter((each) => each.namespace === namespace && each.name === metric)
    .flatMap((each) => spec.follow('usesDimensionSet', each))
    .some(
      ({ entity }) =>
        entity.dimensions
          .map(({ name }) => name)
          .sort()
          .join(' ') === wanted,
    );
}
