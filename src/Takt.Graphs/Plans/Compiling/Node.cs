using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>One operator of a graph that is being compiled; rewrites may change everything about it.</summary>
sealed class Node(string operation, string name, string[] inputs, string[] outputs, int opset, string domain = "")
{
    readonly Dictionary<int, Value> _constants = [];
    Dictionary<string, AttributeProto> _attributes = [];

    /// <summary>The ONNX operator; outside the standard domain with the domain before it: <c>ai.onnx.ml::Scaler</c>.</summary>
    public string Operator { get; } = domain.Length == 0 ? operation : $"{domain}::{operation}";

    /// <summary>The node's name in the file, or one made from its place.</summary>
    public string Name { get; } = name;

    /// <summary>Names of the values read; empty where an optional input is left out. Behind the operator's own inputs stand the <see cref="Captures"/>.</summary>
    public string[] Inputs { get; set; } = inputs;

    /// <summary>Names of the values made; empty where nobody wants one.</summary>
    public string[] Outputs { get; set; } = outputs;

    /// <summary>Version of the operator set that the file speaks.</summary>
    public int Opset { get; } = opset;

    /// <summary>The graphs inside the node (the branches of an If, the body of a Loop), by attribute.</summary>
    public Dictionary<string, Graph> Graphs { get; private set; } = [];

    /// <summary>What the graphs inside call values of the graphs around them; the values themselves are the last inputs of the node, in this order.</summary>
    public IReadOnlyList<string> Captures { get; private set; } = [];

    /// <summary>An activation to apply to the result while it is still in the cache; set by a rewrite.</summary>
    public Node? FusedActivation { get; set; }

    /// <summary>Conv: a pooling to apply to each image while it is still in the cache; set by a rewrite.</summary>
    public Node? FusedPool { get; set; }

    /// <summary>Attention: how the heads lie, if a rewrite found it.</summary>
    public HeadLayout Heads { get; set; }

    /// <summary>LSTM: whether a rewrite removed the transposes so that input and output are [batch, time, …].</summary>
    public bool BatchFirst { get; set; }

    /// <summary>How many of the inputs are the operator's own.</summary>
    public int OwnInputs => Inputs.Length - Captures.Count;

    /// <summary>Whether the input is given (not left out).</summary>
    public bool Has(int input) => input < Inputs.Length && Inputs[input].Length > 0;

    /// <summary>Whether the file sets this attribute.</summary>
    public bool HasAttribute(string name) => _attributes.ContainsKey(name);

    /// <summary>Adds an attribute; of two with the same name the first counts.</summary>
    public void Add(AttributeProto attribute) => _attributes.TryAdd(attribute.Name, attribute);

    /// <summary>Adds the attributes of another node.</summary>
    public void AddAttributesOf(Node other)
    {
        foreach (var attribute in other._attributes.Values) Add(attribute);
    }

    /// <summary>Sets an attribute, whatever it was before.</summary>
    public void Set(AttributeProto attribute) => _attributes[attribute.Name] = attribute;

    /// <summary>Adds the graphs inside, and the values around them that they read as inputs.</summary>
    public void Add(IReadOnlyDictionary<string, Graph> graphs)
    {
        Graphs = new(graphs);
        Captures = [.. graphs.Values.SelectMany(g => g.Captures).Distinct()];
        Inputs = [.. Inputs, .. Captures];
    }

    /// <summary>A node of its own that says the same.</summary>
    public Node Copy() => new(operation, Name, [.. Inputs], [.. Outputs], Opset, domain)
    {
        _attributes = new(_attributes), Graphs = Graphs.ToDictionary(g => g.Key, g => g.Value.Copy()), Captures = Captures,
    };

    /// <summary>The attribute as a whole, or null.</summary>
    public AttributeProto? Attribute(string name) => _attributes.GetValueOrDefault(name);

    /// <summary>A whole-number attribute.</summary>
    /// <exception cref="InputException">The file has it, but as something else; so do all of the following.</exception>
    public long Int(string name, long otherwise) => Typed(name, AttributeType.Int)?.I ?? otherwise;

    /// <summary>A number attribute.</summary>
    public float Float(string name, float otherwise) => Typed(name, AttributeType.Float)?.F ?? otherwise;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string otherwise) => Typed(name, AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>A list of whole numbers, or null if the file does not set it.</summary>
    public long[]? Ints(string name) => Typed(name, AttributeType.Ints) is { } found ? [.. found.Ints] : null;

    /// <summary>A list of numbers, or null if the file does not set it.</summary>
    public float[]? Floats(string name) => Typed(name, AttributeType.Floats) is { } found ? [.. found.Floats] : null;

    /// <summary>A list of texts, or null if the file does not set it.</summary>
    public string[]? Texts(string name) => Typed(name, AttributeType.Strings) is { } found ? [.. found.Strings.Select(s => s.ToStringUtf8())] : null;

    /// <summary>A tensor attribute, or null if the file does not set it, or sets it as a plain list.</summary>
    public Value? Tensor(string name) => Attribute(name)?.T is { } tensor ? ConstantReader.Read(tensor, $"node '{Name}' ({Operator}), attribute {name}") : null;

    /// <summary>An attribute that names an element type by its ONNX number.</summary>
    /// <exception cref="InputException">Takt does not compute with that type.</exception>
    public ElementType Type(string name, ElementType otherwise) =>
        Typed(name, AttributeType.Int) is { } found ? ElementTypes.FromOnnx((int)Math.Clamp(found.I, 0, int.MaxValue), $"node '{Name}' ({Operator}), attribute {name}") : otherwise;

    /// <summary>Tells the node that an input is a constant of the graph.</summary>
    public void SetConstant(int input, Value value) => _constants[input] = value;

    /// <summary>The constant behind an input, or null if it is only known at run time (or left out).</summary>
    public Value? Constant(int input) => _constants.GetValueOrDefault(input);

    /// <summary>The same, and from now on the node does without that input: it keeps the constant in its own packed form.</summary>
    public Value? TakeConstant(int input)
    {
        if (Constant(input) is not { } value) return null;
        Inputs[input] = "";
        return value;
    }

    /// <summary>The attribute, which must be of a type; old exporters leave the type out.</summary>
    AttributeProto? Typed(string name, AttributeType type) => Attribute(name) is not { } found || found.Type == type || found.Type == AttributeType.Undefined
        ? Attribute(name)
        : throw Wrong($"attribute '{name}' of type {found.Type}", $"{type}", "The file is damaged: export or copy it again.");

    /// <summary>The exception that says what is wrong with this node.</summary>
    public InputException Wrong(string found, string? expected = null, string? wayOut = null) => new(found, expected, wayOut, $"node '{Name}' ({Operator})");
}
