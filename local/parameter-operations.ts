import { AwsRefusal } from './aws-stand-in.ts';

export interface Parameter {
  Name: string;
  Type: 'String' | 'SecureString';
  Value: string;
  Version: number;
}

/** The fields of a request that the operations read. */
type Input = Readonly<Partial<Record<ListField | 'Name' | 'Value' | 'Type' | 'Overwrite', unknown>>>;
type ListField = 'Path' | 'Recursive' | 'WithDecryption' | 'MaxResults' | 'NextToken';

type Operations = Readonly<Record<string, (input: Input) => unknown>>;

/** The operations that read parameters. */
export const readOperations = (parameters: ReadonlyMap<string, Parameter>): Operations => ({
  GetParametersByPath: (input) => {
    const root = `${String(input.Path).replace(/\/+$/, '')}/`;
    const below = [...parameters.values()]
      .filter(({ Name }) => Name.startsWith(root))
      .filter(({ Name }) => input.Recursive === true || !Name.slice(root.length).includes('/'))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const size = Number(input.MaxResults ?? 10);
    if (!(size >= 1 && size <= 10))
      throw new AwsRefusal('ValidationException', 'MaxResults must be from 1 to 10');
    const from = Number(input.NextToken ?? 0);
    const page = below.slice(from, from + size).map((parameter) => shown(parameter, input));
    return { Parameters: page, ...(from + size < below.length ? { NextToken: String(from + size) } : {}) };
  },
  GetParameter: (input) => {
    const parameter = parameters.get(String(input.Name));
    if (!parameter) throw new AwsRefusal('ParameterNotFound', '');
    return { Parameter: shown(parameter, input) };
  },
});

/** The operations that change parameters. */
export const writeOperations = (parameters: Map<string, Parameter>): Operations => ({
  PutParameter: (input) => {
    const Name = String(input.Name);
    if (parameters.has(Name) && input.Overwrite !== true)
      throw new AwsRefusal('ParameterAlreadyExists', 'The parameter already exists.');
    const Value = String(input.Value);
    if (Buffer.byteLength(Value) > 4096)
      throw new AwsRefusal(
        'ValidationException',
        'Standard tier parameters support a maximum of 4096 characters.',
      );
    const Type = input.Type === 'SecureString' ? 'SecureString' : 'String';
    const before = parameters.get(Name)?.Type ?? Type;
    if (before !== Type)
      throw new AwsRefusal('HierarchyTypeMismatchException', `The parameter is a ${before} and stays one.`);
    return { Version: write(parameters, Name, Value, Type), Tier: 'Standard' };
  },
  DeleteParameter: (input) => {
    if (parameters.delete(String(input.Name))) return {};
    throw new AwsRefusal('ParameterNotFound', '');
  },
});

/** Stores a parameter and returns its new version. */
export function write(
  parameters: Map<string, Parameter>,
  Name: string,
  Value: string,
  Type: Parameter['Type'],
): number {
  const Version = (parameters.get(Name)?.Version ?? 0) + 1;
  parameters.set(Name, { Name, Type, Value, Version });
  return Version;
}

/** Returns a parameter as AWS returns it. Without `WithDecryption`, the value of a SecureString is not readable. */
function shown(parameter: Parameter, input: Input): Parameter {
  if (parameter.Type !== 'SecureString' || input.WithDecryption === true) return parameter;
  const garbled = Buffer.from([...parameter.Value].reverse().join('')).toString('base64');
  return { ...parameter, Value: `AQICAH${garbled}` };
}
