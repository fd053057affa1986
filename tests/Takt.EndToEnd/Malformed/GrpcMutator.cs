using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Takt.Protocols.OpenInference.Grpc;
using Takt.Tensors;

namespace Takt.EndToEnd.Malformed;

/// <summary>A call of gRPC in parts that can be damaged one by one.</summary>
/// <param name="Method">Path of the method.</param>
/// <param name="Message">The message.</param>
sealed record GrpcRequest(string Method, IMessage Message);

/// <summary>Damages calls of gRPC: the message, its prefix and packing, the headers, the frames of HTTP/2. The same seed gives the same damage.</summary>
sealed class GrpcMutator(Generator random)
{
    static readonly long[] s_sizes = [0, 1, -1, 2, 3, 1000, int.MaxValue, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];

    static readonly string[] s_datatypes = ["", "FP16", "BF16", "FP32", "FP64", "BYTES", "BOOL", "INT8", "INT64", "UINT8", "UINT64", "fp32", "FP33", "\0"];

    static readonly string[] s_names = ["", "nobody", "press:0", "press@", "press@nobody", "press:7", "NOBODY", "../x", "Torque", new string('n', 200), "\u00fc", "{\"}"];

    readonly RequestMutator _bytes = new(random);

    /// <summary>The frames of a damaged call.</summary>
    /// <param name="good">The call.</param>
    /// <param name="stream">Number of its stream.</param>
    /// <param name="isUnframed">Whether its frames are damaged, so that the connection may end.</param>
    /// <param name="isTimed">Whether it asks for an answer within a time.</param>
    public byte[] Mutate(GrpcRequest good, int stream, out bool isUnframed, out bool isTimed)
    {
        var headers = new List<(string Name, string Value)>
        {
            (":method", "POST"), (":scheme", "http"), (":path", good.Method), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
        };
        var message = good.Message;
        byte[]? body = null;
        (isUnframed, isTimed) = (false, false);
        int kind = random.NextInt(12);
        if (kind < 4 && message is ModelInferRequest infer) message = Edit(infer.Clone());
        else if (kind < 6) body = Prefixed(_bytes.Bytes(message.ToByteArray()));
        else if (kind < 8) body = Prefix(message.ToByteArray(), headers);
        else if (kind < 10) isTimed = Header(headers, ref isUnframed);
        body ??= Prefixed(message.ToByteArray());

        var frames = new List<Frame> { new(Frame.Headers, Frame.EndHeaders, stream, Hpack.Encode(headers)) };
        const int most = 16384;
        for (int at = 0; at < body.Length || at == 0; at += most)
            frames.Add(new Frame(Frame.Data, (byte)(at + most >= body.Length ? Frame.EndStream : 0), stream, body[at..Math.Min(body.Length, at + most)]));
        if (kind >= 10)
        {
            isUnframed = true;
            for (int i = 1 + random.NextInt(2); i > 0; i--) Break(frames);
        }

        byte[] bytes = [.. frames.SelectMany(f => f.ToBytes())];
        return kind >= 10 && random.NextInt(4) == 0 ? _bytes.Bytes(bytes) : bytes;
    }

    public static byte[] Prefixed(byte[] message, byte flag = 0, uint? length = null)
    {
        byte[] bytes = new byte[5 + message.Length];
        bytes[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(bytes, 5);
        return bytes;
    }

    /// <summary>What a message means: other shapes, types, names, contents.</summary>
    ModelInferRequest Edit(ModelInferRequest request)
    {
        var input = request.Inputs.Count > 0 ? request.Inputs[random.NextInt(request.Inputs.Count)] : new ModelInferRequest.Types.InferInputTensor();
        switch (random.NextInt(14))
        {
            case 0 when input.Shape.Count > 0: input.Shape[random.NextInt(input.Shape.Count)] = Pick(s_sizes); break;
            case 1: input.Shape.Add(Pick(s_sizes)); break;
            case 2: input.Shape.Clear(); break;
            case 3: input.Datatype = Pick(s_datatypes); break;
            case 4: input.Name = Pick(s_names); break;
            case 5: request.ModelName = Pick(s_names); break;
            case 6: request.ModelVersion = Pick(["0", "-1", "x y", "9", "champion", "99999999999999999999"]); break;
            case 7: request.Inputs.Add(input.Clone()); break;
            case 8: request.Inputs.Clear(); break;
            case 9: request.RawInputContents.Add(ByteString.CopyFrom(new byte[random.NextInt(20)])); break;
            case 10 when request.RawInputContents.Count > 0: request.RawInputContents[0] = ByteString.CopyFrom(_bytes.Bytes(request.RawInputContents[0].ToByteArray())); break;
            case 11:
                input.Contents ??= new InferTensorContents();
                for (int i = random.NextInt(4); i >= 0; i--)
                    switch (random.NextInt(6))
                    {
                        case 0: input.Contents.IntContents.Add(int.MinValue); break;
                        case 1: input.Contents.Fp32Contents.Add(float.NaN); break;
                        case 2: input.Contents.BytesContents.Add(ByteString.CopyFrom(0xFF, 0xC0)); break;
                        case 3: input.Contents.UintContents.Add(uint.MaxValue); break;
                        case 4: input.Contents.Int64Contents.Add(long.MinValue); break;
                        default: input.Contents.Fp32Contents.Clear(); break;
                    }

                break;
            case 12: request.Parameters[Pick(["priority", "binary_data_output", "triton_enable_empty_final_response", "", "sequence_id"])] = random.NextInt(3) switch { 0 => new InferParameter { StringParam = "x" }, 1 => new InferParameter { DoubleParam = double.NaN }, _ => new InferParameter() }; break;
            default: request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = Pick(s_names) }); break;
        }

        return request;
    }

    /// <summary>The five bytes before a message, and how it is packed.</summary>
    byte[] Prefix(byte[] message, List<(string, string)> headers)
    {
        switch (random.NextInt(9))
        {
            case 0: return Prefixed(message, flag: (byte)random.NextInt(256));
            case 1: return Prefixed(message, length: (uint)random.NextInt(message.Length + 1));
            case 2: return Prefixed(message, length: uint.MaxValue - (uint)random.NextInt(10));
            case 3: return Prefixed(message, length: (uint)(message.Length + 1 + random.NextInt(100)));
            case 4: return [.. Prefixed(message), .. Prefixed(message)];
            case 5: return [];
            case 6: return Prefixed(message)[..random.NextInt(5)];
            default:
                string encoding = Pick(["gzip", "deflate", "identity", "br", "snappy", ""]);
                headers.Add(("grpc-encoding", encoding));
                var packed = new MemoryStream();
                using (Stream packing = encoding == "deflate" ? new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                {
                    if (random.NextInt(4) == 0) packing.Write(new byte[4 << 20]);
                    else packing.Write(message);
                }

                return Prefixed(random.NextInt(3) == 0 ? packed.ToArray() : _bytes.Bytes(packed.ToArray()), flag: 1);
        }
    }

    bool Header(List<(string Name, string Value)> headers, ref bool isUnframed)
    {
        switch (random.NextInt(10))
        {
            case 0: headers.Add(("grpc-timeout", Pick(["1H", "0n", "1n", "-1S", "999999999S", "S", "5x", "", "1 S", "10u", "99999999H"]))); return true;
            case 1: headers[4] = ("content-type", Pick(["application/grpc+json", "application/grpc-web", "application/json", "", "text/plain", "APPLICATION/GRPC"])); break;
            case 2: headers[0] = (":method", Pick(["GET", "PUT", "FOO", "HEAD"])); break;
            case 3: headers[2] = (":path", Pick(["/inference.GRPCInferenceService/Nothing", "/nobody.Service/ModelInfer", "/", "/inference.GRPCInferenceService", "/%00", "/v2/models", "/inference.GRPCInferenceService/ModelInfer/x"])); break;
            case 4: headers.RemoveAt(4 + random.NextInt(2)); break;
            case 5: headers.Add(("authorization", Pick(["Bearer x", "Bearer takt_nothing", "\u00ff"]))); break;
            case 6: headers.Add(("grpc-encoding", Pick(["snappy", "gzip", "identity", "\u00ff"]))); break;
            case 7: headers.Add((Pick(["x-request-id", "cookie", "x-\u00ff", "a b"]), Pick(["\u00ff", "", new string('v', 9000)]))); isUnframed = true; break;
            default:   // what HTTP/2 does not allow
                isUnframed = true;
                switch (random.NextInt(6))
                {
                    case 0: headers.RemoveAt(random.NextInt(4)); break;
                    case 1: headers.Add((":path", "/x")); break;
                    case 2: headers.Add(("Upper-Case", "x")); break;
                    case 3: headers.Add(("connection", "keep-alive")); break;
                    case 4: headers.Add(("content-length", Pick(["3", "-1", "x", "99999999"]))); break;
                    default: headers[2] = (":path", Pick(["", "*", "x", "/\u00ff", "http://x/"])); break;
                }

                break;
        }

        isUnframed |= headers.Exists(h => h.Value.Contains('\u00ff', StringComparison.Ordinal) || h.Value.Contains("%00", StringComparison.Ordinal));   // no UTF-8, or what no path may hold
        return false;
    }

    void Break(List<Frame> frames)
    {
        int at = random.NextInt(frames.Count);
        var frame = frames[at];
        switch (random.NextInt(16))
        {
            case 0: frames[at] = frame with { Type = (byte)random.NextInt(16) }; break;
            case 1: frames[at] = frame with { Flags = (byte)random.NextInt(256) }; break;
            case 2: frames[at] = frame with { Stream = Pick([0, frame.Stream + 1, frame.Stream + 2, -1, int.MaxValue, frame.Stream - 2]) }; break;
            case 3: frames[at] = frame with { Length = Pick([0, 1, frame.Payload.Length + 1, frame.Payload.Length - 1, 16385, 0xFFFFFF]) }; break;
            case 4: frames[at] = frame with { Payload = _bytes.Bytes(frame.Payload) }; break;
            case 5: frames.RemoveAt(at); if (frames.Count == 0) frames.Add(frame with { Type = Frame.Data }); break;
            case 6: frames.Insert(at, frame); break;
            case 7: frames.Reverse(); break;
            case 8: frames.Insert(at, new Frame(Frame.WindowUpdate, 0, Pick([0, frame.Stream]), Pick([new byte[4], [0x7F, 0xFF, 0xFF, 0xFF], new byte[3]]))); break;
            case 9: frames.Insert(at, new Frame(Frame.Settings, (byte)random.NextInt(2), Pick([0, 1]), Pick([[], new byte[5], [0, 4, 0xFF, 0xFF, 0xFF, 0xFF], [0, 5, 0, 0, 0, 0], [0, 2, 0, 0, 0, 9], [0, 9, 9, 9, 9, 9]]))); break;
            case 10: frames.Insert(at, new Frame(Frame.Ping, 0, Pick([0, 1]), new byte[Pick([8, 7, 0])])); break;
            case 11: frames.Insert(at, new Frame(Frame.Priority, 0, frame.Stream, Pick([[0, 0, 0, (byte)frame.Stream, 0], new byte[4], new byte[5]]))); break;
            case 12: frames.Insert(at, new Frame(Frame.Reset, 0, Pick([frame.Stream, 0, frame.Stream + 2]), new byte[Pick([4, 3])])); break;
            case 13: frames.Insert(at, new Frame(Frame.Continuation, Frame.EndHeaders, frame.Stream, [0])); break;
            case 14: frames[at] = frame with { Flags = (byte)(frame.Flags | 8), Payload = [(byte)random.NextInt(256), .. frame.Payload] }; break;   // padding
            default:
                frames[0] = frames[0] with { Flags = 0 };   // headers that go on, or never end
                if (random.NextInt(2) == 0) frames.Insert(1, new Frame(Frame.Continuation, Frame.EndHeaders, frames[0].Stream, []));
                break;
        }
    }

    T Pick<T>(T[] all) => all[random.NextInt(all.Length)];
}
