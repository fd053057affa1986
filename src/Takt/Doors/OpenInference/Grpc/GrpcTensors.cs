using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Takt.Protocols.OpenInference;
using Takt.Protocols.OpenInference.Grpc;
using Takt.Protocols.Problems;

namespace Takt.Doors.OpenInference.Grpc;

/// <summary>Tensors in the messages of gRPC: as raw bytes beside them, or as typed lists inside. Answers take the form of the request.</summary>
static class GrpcTensors
{
    /// <summary>The inputs of a request; raw ones are not copied.</summary>
    /// <exception cref="InputException">A tensor is wrong; every wrong one is reported.</exception>
    public static InferTensor[] Read(ModelInferRequest request)
    {
        int raw = request.RawInputContents.Count;
        if (raw > 0 && raw != request.Inputs.Count) throw new InputException($"{raw} raw contents for {request.Inputs.Count} inputs", "one for each, in order");
        var tensors = new InferTensor[request.Inputs.Count];
        var problems = new List<Problem>();
        for (int i = 0; i < tensors.Length; i++)
            try
            {
                tensors[i] = raw > 0 ? ReadRaw(request.Inputs[i], request.RawInputContents[i]) : ReadTyped(request.Inputs[i]);
            }
            catch (InputException wrong)
            {
                problems.AddRange(wrong.Problems);
            }

        return problems.Count > 0 ? throw new InputException(problems) : tensors;
    }

    /// <summary>Parameters of a request or tensor; null if there are none.</summary>
    public static IReadOnlyDictionary<string, JsonValue>? Read(MapField<string, InferParameter> parameters)
    {
        if (parameters.Count == 0) return null;
        var read = new Dictionary<string, JsonValue>(parameters.Count);
        foreach (var (name, value) in parameters)
            read[name] = value.ParameterChoiceCase switch
            {
                InferParameter.ParameterChoiceOneofCase.BoolParam => JsonValue.Create(value.BoolParam),
                InferParameter.ParameterChoiceOneofCase.Int64Param => JsonValue.Create(value.Int64Param),
                InferParameter.ParameterChoiceOneofCase.Uint64Param => JsonValue.Create(value.Uint64Param),
                InferParameter.ParameterChoiceOneofCase.DoubleParam when double.IsFinite(value.DoubleParam) => JsonValue.Create(value.DoubleParam),
                InferParameter.ParameterChoiceOneofCase.DoubleParam => JsonValue.Create(value.DoubleParam.ToString(CultureInfo.InvariantCulture)),   // JSON has no number for it
                _ => JsonValue.Create(value.StringParam),
            };
        return read;
    }

    /// <summary>Adds the outputs to an answer.</summary>
    /// <param name="outputs">The tensors.</param>
    /// <param name="answer">Where they go.</param>
    /// <param name="raw">As bytes, or as typed lists; half precision always goes as bytes, and then all of them do.</param>
    public static void Write(IReadOnlyList<InferTensor> outputs, ModelInferResponse answer, bool raw)
    {
        raw |= outputs.Any(o => o.Type is TensorType.Fp16 or TensorType.Bf16);
        foreach (var output in outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = output.Type.WireName(), Shape = { output.Shape } };
            if (raw) answer.RawOutputContents.Add(Bytes(output));
            else tensor.Contents = Typed(output);
            answer.Outputs.Add(tensor);
        }
    }

    static InferTensor ReadRaw(ModelInferRequest.Types.InferInputTensor input, ByteString bytes) => input.Contents is null
        ? WireTensors.Read(input.Name, input.Datatype, input.Shape, bytes.Memory, Read(input.Parameters))
        : throw new InputException("raw contents and 'contents' too", "one of the two", where: $"tensor '{input.Name}'");

    static InferTensor ReadTyped(ModelInferRequest.Types.InferInputTensor input)
    {
        var (type, count) = WireTensors.Check(input.Name, input.Datatype, input.Shape);
        var contents = input.Contents ?? new InferTensorContents();
        return type switch
        {
            TensorType.Bool => Numbers(contents.BoolContents, v => v),
            TensorType.UInt8 => Numbers(contents.UintContents, v => checked((byte)v)),
            TensorType.UInt16 => Numbers(contents.UintContents, v => checked((ushort)v)),
            TensorType.UInt32 => Numbers(contents.UintContents, v => v),
            TensorType.UInt64 => Numbers(contents.Uint64Contents, v => v),
            TensorType.Int8 => Numbers(contents.IntContents, v => checked((sbyte)v)),
            TensorType.Int16 => Numbers(contents.IntContents, v => checked((short)v)),
            TensorType.Int32 => Numbers(contents.IntContents, v => v),
            TensorType.Int64 => Numbers(contents.Int64Contents, v => v),
            TensorType.Fp32 => Numbers(contents.Fp32Contents, v => v),
            TensorType.Fp64 => Numbers(contents.Fp64Contents, v => v),
            TensorType.Bytes when contents.BytesContents.Count == count =>
                new InferTensor(input.Name, input.Shape, contents.BytesContents.Select(b => (string?)WireTensors.Text(input.Name, b.Span)).ToArray(), Read(input.Parameters)),
            TensorType.Bytes => throw WrongCount(contents.BytesContents.Count),
            _ => throw new InputException($"typed contents of {input.Datatype}", "raw contents", where: $"tensor '{input.Name}'"),
        };

        InferTensor Numbers<TWire, T>(RepeatedField<TWire> wire, Func<TWire, T> narrow) where T : unmanaged
        {
            if (wire.Count != count) throw WrongCount(wire.Count);
            var values = new T[wire.Count];
            try
            {
                for (int i = 0; i < values.Length; i++) values[i] = narrow(wire[i]);
            }
            catch (OverflowException)
            {
                throw new InputException($"a value beyond {input.Datatype}", $"numbers within {input.Datatype}", where: $"tensor '{input.Name}'");
            }

            var tensor = InferTensor.Of(input.Name, values, [.. input.Shape]);
            return new InferTensor(tensor.Name, type, tensor.Shape, tensor.Bytes, Read(input.Parameters));
        }

        InputException WrongCount(int found) => new($"{found} values", $"{count} for {input.Datatype} [{string.Join(", ", input.Shape)}]", where: $"tensor '{input.Name}'");
    }

    static ByteString Bytes(InferTensor output)
    {
        // The answer is written before its memory can change hands, so what is not text needs no copy.
        if (output.Type != TensorType.Bytes) return UnsafeByteOperations.UnsafeWrap(output.Bytes);
        var texts = new ArrayBufferWriter<byte>(Math.Max(1, WireTensors.LengthOf(output)));
        WireTensors.Write(output, texts);
        return UnsafeByteOperations.UnsafeWrap(texts.WrittenMemory);
    }

    static InferTensorContents Typed(InferTensor output)
    {
        var contents = new InferTensorContents();
        switch (output.Type)
        {
            case TensorType.Bool: contents.BoolContents.AddRange(output.Elements<bool>()); break;
            case TensorType.UInt8: foreach (byte v in output.Elements<byte>()) contents.UintContents.Add(v); break;
            case TensorType.UInt16: foreach (ushort v in output.Elements<ushort>()) contents.UintContents.Add(v); break;
            case TensorType.UInt32: contents.UintContents.AddRange(output.Elements<uint>()); break;
            case TensorType.UInt64: contents.Uint64Contents.AddRange(output.Elements<ulong>()); break;
            case TensorType.Int8: foreach (sbyte v in output.Elements<sbyte>()) contents.IntContents.Add(v); break;
            case TensorType.Int16: foreach (short v in output.Elements<short>()) contents.IntContents.Add(v); break;
            case TensorType.Int32: contents.IntContents.AddRange(output.Elements<int>()); break;
            case TensorType.Int64: contents.Int64Contents.AddRange(output.Elements<long>()); break;
            case TensorType.Fp32: contents.Fp32Contents.AddRange(output.Elements<float>()); break;
            case TensorType.Fp64: contents.Fp64Contents.AddRange(output.Elements<double>()); break;
            default: foreach (string? text in output.Texts.Span) contents.BytesContents.Add(ByteString.CopyFromUtf8(text ?? "")); break;
        }

        return contents;
    }

    static void AddRange<T>(this RepeatedField<T> field, ReadOnlySpan<T> values)
    {
        field.Capacity = Math.Max(field.Capacity, field.Count + values.Length);
        foreach (T value in values) field.Add(value);
    }
}
