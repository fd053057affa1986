using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Losses of choosing one class among many.</summary>
public static class ClassLosses
{
    extension(Tensor prediction)
    {
        /// <summary>Mean over rows of −ln softmax(x)[class]; dx = softmax(x) − onehot(class).</summary>
        /// <param name="classes">The right class of each row, from 0.</param>
        /// <param name="weights">One per class, or null; the mean is then the weighted one. Where all rows weigh 0, loss and gradient are 0.</param>
        /// <param name="smoothing">Share of the certainty that is spread evenly over all classes (Szegedy et al. 2016, arXiv:1512.00567), 0 up to below 1.</param>
        /// <param name="ignore">A class whose rows count for nothing, such as the one that fills sequences up; null for none. With no row left the loss is 0.</param>
        /// <exception cref="ShapeException">x is not [rows, classes] with a class for each row.</exception>
        public Tensor CrossEntropy(ReadOnlyMemory<int> classes, Tensor? weights = null, float smoothing = 0, int? ignore = null)
        {
            if (!(smoothing >= 0 && smoothing < 1)) throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Smoothing is at least 0 and less than 1.");
            var settings = (classes, smoothing, ignore);
            return weights is null
                ? Tape.Run<CrossEntropies, (ReadOnlyMemory<int>, float, int?)>(settings, prediction)
                : Tape.Run<CrossEntropies, (ReadOnlyMemory<int>, float, int?)>(settings, prediction, weights);
        }
    }

    sealed class CrossEntropies : Record<(ReadOnlyMemory<int> Classes, float Smoothing, int? Ignore)>
    {
        Tensor _logarithms = null!;   // made by Prepare
        int _width;
        double _total;

        public override string Name => "CrossEntropy";

        float Certain => 1 - Settings.Smoothing;

        float Even => Settings.Smoothing / _width;

        internal override Tensor Prepare()
        {
            var (x, weights, classes) = (this[0], Optional(1), Settings.Classes);
            if (x.Shape.Rank != 2 || x.Shape[0] != classes.Length || x.Length == 0 || (weights is not null && weights.Length != x.Shape[1]))
                throw new ShapeException(Name, $"logits {x.Shape}, {classes.Length} classes{(weights is null ? "" : $", weights {weights.Shape}")}", "logits [rows, classes], at least one row, one class per row, one weight per class", "Check the last layer's size.");
            _width = x.Shape[1];
            _logarithms = Room(x.Shape);
            return Room(Shape.Scalar);
        }

        internal override void Forward()
        {
            Span<float> logarithms = _logarithms.Values, weights = Optional(1) is { } given ? given.Values : default;
            SoftmaxKernel.ApplyLogarithm(this[0].Values, logarithms, _width);
            double sum = 0;
            _total = 0;
            for (int row = 0; row < Settings.Classes.Length; row++)
            {
                int right = Settings.Classes.Span[row];
                if (right == Settings.Ignore) continue;
                if ((uint)right >= (uint)_width) throw new ShapeException(Name, $"row {row} is of class {right}, but the logits {this[0].Shape} have {_width} classes", $"0 to {_width - 1}", "Check the classes, or the last layer's size.");
                float weight = weights.IsEmpty ? 1 : weights[right];
                var logarithm = logarithms.Slice(row * _width, _width);
                sum -= Certain * weight * logarithm[right];
                if (Settings.Smoothing > 0) sum -= Even * (weights.IsEmpty ? Sums.Of(logarithm) : Sums.OfProducts(logarithm, weights));
                _total += weight;
            }

            Output.Values[0] = _total == 0 ? 0 : (float)(sum / _total);
        }

        internal override void Backward(Tensor dy)
        {
            if (!this[0].RequiresGradient) return;
            var x = this[0];
            if (_total == 0)
            {
                Gradients.Begin(x);
                return;
            }

            ReadOnlySpan<float> weights = Optional(1) is { } given ? given.Values : default;
            using var room = new Scratch(x.Length);
            var probabilities = room.Values;
            VectorMath.Exp(_logarithms.Values, probabilities);
            float gradient = dy.Values[0], spread = Even * (weights.IsEmpty ? _width : Sums.Of(weights));
            var target = Gradients.Begin(x);
            for (int row = 0; row < Settings.Classes.Length; row++)
            {
                int right = Settings.Classes.Span[row];
                if (right == Settings.Ignore) continue;
                float weight = Certain * (weights.IsEmpty ? 1 : weights[right]);
                var slope = target.Slice(row * _width, _width);
                Updates.AddScaled((float)(gradient * (weight + spread) / _total), probabilities.Slice(row * _width, _width), slope);
                slope[right] -= (float)(gradient * weight / _total);
                if (Settings.Smoothing == 0) continue;
                float share = (float)(gradient * Even / _total);
                for (int i = 0; i < _width; i++) slope[i] -= share * (weights.IsEmpty ? 1 : weights[i]);
            }
        }
    }
}
